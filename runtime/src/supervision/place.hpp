// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "supervision/child_policy.hpp"
#include "supervision/plan_action.hpp"
#include "troupe/supervision/child_info.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

/// What is only known of a child that has failed.
struct failure_history {
  /// Restarts by the child's own clock, which stands still while it waits.
  std::optional<restart_budget> budget;

  /// How long it has waited for restarts.
  caf::timespan waited{0};

  /// Since when it waits.
  std::optional<std::chrono::steady_clock::time_point> waits_since;

  /// Restarts since it was last up for long.
  size_t repetition = 0;

  caf::error last_failure;

  /// Failures that count for a move to another place.
  std::optional<restart_budget> failures;

  /// Whether the child was moved.
  bool moved = false;
};

/// How far the stop of an incarnation has come.
enum class stop_stage : uint8_t { none = 1, asked, killed };

/// A place for a child, and what is known of it.
struct place {
  static constexpr place_id none = UINT32_MAX;

  child_state state = child_state::empty;

  stop_stage stage = stop_stage::none;

  /// Whether a restart of its group starts it, too.
  bool wanted = true;

  /// Whether a start was ever acknowledged.
  bool born = false;

  /// With `starting`: nobody wants it any more.
  bool canceled = false;

  /// With `stopping`: to be started again afterwards.
  bool again = false;

  /// Whether the message in work was reported as stuck.
  bool stuck = false;

  /// Whether the place is part of the table.
  bool in_use = false;

  place_id previous = none;
  place_id next = none;

  /// Grows along the order in which children are started.
  uint64_t position = 0;

  uint64_t generation = 0;

  std::shared_ptr<const child_policy> policy;

  /// With `up`, since when; with `waiting` and `stopping`, until when.
  std::chrono::steady_clock::time_point time = {};

  std::unique_ptr<failure_history> history;

  bool is_moved() const noexcept {
    return history != nullptr && history->moved;
  }
};

} // namespace troupe
