// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "caf/timespan.hpp"

namespace troupe {

/// How far the stop of a worker process has come.
enum class stop_phase : uint8_t {
  /// Nobody wants it to end.
  running = 1,
  /// Its actor was asked to end.
  asked,
  /// It got SIGTERM.
  terminated,
  /// It got SIGKILL.
  killed,
};

/// Decides how to end a worker process: by asking its actor, then by SIGTERM,
/// then by SIGKILL. Pure; the caller does what the phase that it gets says.
class stop_plan {
public:
  using time_point = std::chrono::steady_clock::time_point;

  stop_plan(caf::timespan quit_timeout, caf::timespan term_timeout);

  /// Somebody wants the process to end in good order.
  /// @returns what is to be done now, if anything.
  [[nodiscard]] std::optional<stop_phase> stop(time_point now);

  /// Somebody wants it to end at once.
  [[nodiscard]] std::optional<stop_phase> kill();

  /// Time has passed.
  [[nodiscard]] std::optional<stop_phase> tick(time_point now);

  /// Returns when to call `tick`, if there is a need.
  std::optional<time_point> deadline() const noexcept;

  stop_phase phase() const noexcept {
    return phase_;
  }

private:
  caf::timespan quit_timeout_;
  caf::timespan term_timeout_;
  stop_phase phase_ = stop_phase::running;
  time_point due_ = {};
};

} // namespace troupe
