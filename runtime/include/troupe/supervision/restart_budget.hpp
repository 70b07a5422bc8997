// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

#include "caf/timespan.hpp"

namespace troupe {

/// How often something may be restarted: at most `restarts` times in any
/// window of length `period`.
struct restart_intensity {
  size_t restarts = 3;
  caf::timespan period = std::chrono::seconds{5};
};

/// Decides whether one more restart is permitted.
///
/// An intensity of `{3, 5s}` permits three restarts in any window of five
/// seconds; the fourth is refused. The window's boundary is inclusive: a
/// restart exactly `period` ago still counts. Pure value: reads no clock, takes
/// no lock, keeps at most `restarts` time points.
class restart_budget {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit restart_budget(restart_intensity limit) : limit_(limit) {
    // nop
  }

  /// Books one restart at time `now`.
  /// @returns `true` if it is permitted. On `false` nothing is booked.
  /// @pre `now` is not earlier than in any previous call.
  [[nodiscard]] bool spend(time_point now);

  /// Returns the number of restarts in the window that ends at `now`.
  size_t spent(time_point now) const;

  const restart_intensity& limit() const noexcept {
    return limit_;
  }

private:
  restart_intensity limit_;
  std::deque<time_point> booked_;
};

} // namespace troupe
