// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "pool/slot.hpp"
#include "pool/workload.hpp"
#include "troupe/pool/routing.hpp"

namespace troupe {

/// Chooses the slot that gets the next task.
class router {
public:
  router(routing policy, credit_limits credit, uint32_t seed = 1)
      : policy_(policy), credit_(credit), random_(seed) {
    // nop
  }

  /// Returns a slot for `task` that is up, stays, and has credit left; the end
  /// if there is none.
  slot_map::iterator pick(slot_map& slots, const counted_task& task,
                          workload::time_point now);

  /// Returns whether `pick` would find a slot.
  bool has_taker(const slot_map& slots, workload::time_point now) const;

  /// Returns a slot other than `not_this` that is up, stays and has nothing to
  /// do; the end if there is none.
  slot_map::iterator pick_idle(slot_map& slots, size_t not_this) const;

private:
  bool may_take(const slot& x, workload::time_point now) const;

  slot_map::iterator next_in_turn(slot_map& slots, workload::time_point now);

  slot_map::iterator least_loaded(slot_map& slots,
                                  workload::time_point now) const;

  slot_map::iterator highest_weight(slot_map& slots, uint64_t hash,
                                    workload::time_point now) const;

  slot_map::iterator any(slot_map& slots, workload::time_point now);

  routing policy_;
  credit_limits credit_;
  std::minstd_rand random_;
  size_t turn_ = 0;
};

} // namespace troupe
