// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "caf/timespan.hpp"

namespace troupe {

/// Tells from one look to the next which share of the time an actor was busy.
/// Pure value.
class busy_meter {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Looks that follow each other sooner than this get the same answer.
  static constexpr caf::timespan shortest = std::chrono::milliseconds{200};

  /// Begins a look at all actors.
  void begin() noexcept {
    ++round_;
  }

  /// @param actor Tells it from all others.
  /// @param run_time What the actor has spent on messages so far.
  /// @returns nothing at the first look at the actor.
  std::optional<double> share(uint64_t actor, caf::timespan run_time,
                              time_point now);

  /// Forgets actors that were not seen in the last look.
  void end();

private:
  struct entry {
    time_point time;
    caf::timespan run_time;
    std::optional<double> share;
    uint64_t round;
  };

  std::unordered_map<uint64_t, entry> entries_;
  uint64_t round_ = 0;
};

} // namespace troupe
