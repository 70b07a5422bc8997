// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>

#include "caf/timespan.hpp"

#include "gap_statistics.hpp"

namespace fib_app {

/// The heartbeat of an event loop: how late it comes shows how responsive the
/// thread is.
///
/// Deadlines are absolute, so that a late tick does not push back the next.
/// Ticks that were missed altogether are skipped; the gap counts once.
class ticker {
public:
  /// Ticks for the first time now.
  explicit ticker(caf::timespan period = std::chrono::milliseconds{1});

  /// Waits for the next deadline and ticks.
  void wait();

  const gap_statistics& gaps() const noexcept {
    return gaps_;
  }

private:
  using clock = std::chrono::steady_clock;

  caf::timespan period_;
  clock::time_point last_;
  clock::time_point deadline_;
  gap_statistics gaps_;
};

} // namespace fib_app
