// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

#include "pool/slot.hpp"
#include "pool/workload.hpp"
#include "troupe/pool/routing.hpp"

namespace troupe {

/// Chooses the slot that gets the next task.
class router {
public:
  router(routing policy, credit_limits credit)
      : policy_(policy), credit_(credit) {
    // nop
  }

  /// Returns a slot that is up, stays, and has credit left; the end if there
  /// is none.
  slot_map::iterator pick(slot_map& slots, workload::time_point now);

private:
  bool may_take(const slot& x, workload::time_point now) const;

  slot_map::iterator next_in_turn(slot_map& slots, workload::time_point now);

  slot_map::iterator least_loaded(slot_map& slots,
                                  workload::time_point now) const;

  routing policy_;
  credit_limits credit_;
  size_t turn_ = 0;
};

} // namespace troupe
