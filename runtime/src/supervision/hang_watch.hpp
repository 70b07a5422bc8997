// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <optional>

#include "caf/timespan.hpp"

#include "troupe/supervision/hang_detection.hpp"

namespace troupe {

/// What a look at a child tells.
struct hang_verdict {
  /// Whether the message in work takes too long.
  bool stuck;

  /// When to look again, from now on.
  caf::timespan look_again;

  friend bool operator==(const hang_verdict&, const hang_verdict&) = default;
};

/// Decides whether a child is stuck that has been busy with a message for
/// `busy_for`, and when to look again: as seldom as possible, but so that a
/// child is found stuck at most a quarter of `limits.longest` late, and in time
/// for the end of `limits.grace`. A child that is found idle may begin with a
/// message right afterwards.
hang_verdict judge_hang(std::optional<std::chrono::nanoseconds> busy_for,
                        const hang_detection& limits);

} // namespace troupe
