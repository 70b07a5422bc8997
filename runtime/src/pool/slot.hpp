// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "pool/workload.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

enum class slot_state : uint8_t {
  /// A delay must pass before the next start.
  waiting = 1,
  starting,
  up,
  /// An error came that may mean the worker's death; it gets no tasks until
  /// that is known.
  suspect,
  /// The worker was told to exit.
  stopping,
};

enum class slot_duty : uint8_t {
  serving = 1,
  /// Stops as soon as its worker holds nothing.
  leaving,
};

/// The place of one worker in a pool.
struct slot {
  /// Name of the node where its workers live, empty for this one.
  std::string node;

  restart_budget budget;

  /// Whether killing the worker hurts nobody else: it has a process of its own.
  bool killable = false;

  /// Whether the present incarnation was told to make place for the next.
  bool replaced = false;

  /// Whether the worker was asked to give up what it was busy with.
  bool interrupted = false;

  /// Whether it is to be reminded of that.
  bool reminding = false;

  slot_state state = slot_state::starting;

  slot_duty duty = slot_duty::serving;

  /// Number of the present incarnation.
  uint64_t generation = 1;

  /// Tasks that the present incarnation has done.
  uint64_t done = 0;

  /// When the memory of the present incarnation was looked at last.
  std::optional<std::chrono::steady_clock::time_point> measured_at = {};

  /// With a look under way, how many tasks were done when it was asked for.
  std::optional<uint64_t> measuring = {};

  /// Whether the worker makes place for a new one as soon as it holds nothing.
  bool worn = false;

  /// Since when the present incarnation is up.
  std::chrono::steady_clock::time_point up_since = {};

  workload work = {};
};

/// Whether tasks may be handed to the slot, now or later.
inline bool is_hope(const slot& x) {
  return x.duty == slot_duty::serving
         && (x.state != slot_state::stopping || x.worn);
}

using slot_map = std::map<size_t, slot>;

} // namespace troupe
