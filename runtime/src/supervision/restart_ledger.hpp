// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>

#include "caf/timespan.hpp"

#include "supervision/place.hpp"
#include "troupe/supervision/restart_budget.hpp"
#include "troupe/supervision/supervisor_spec.hpp"

namespace troupe {

/// Decides whether a child may be restarted once more, and after which delay.
///
/// A child whose restarts are delayed is also held to the intensity on a clock
/// of its own that stands still while it waits: with `{3, 5s}` a child that
/// always fails at once is given up at its fourth failure, though its delays of
/// several seconds would let it pass under the window of the supervisor.
class restart_ledger {
public:
  using time_point = restart_budget::time_point;

  restart_ledger(std::optional<restart_intensity> intensity,
                 intensity_scope scope);

  /// Books a restart of `x` at time `now`.
  /// @param random drawn evenly from 0 to 1, for the delay.
  /// @returns the delay, or nothing if the budget is spent.
  [[nodiscard]] std::optional<caf::timespan> book(place& x, time_point now,
                                                  double random);

  /// Starts the clock of `x` again if it stood still.
  static void launched(place& x, time_point now);

  /// Returns how many restarts are in the window that the next failure of `x`
  /// counts in.
  size_t spent(const place& x, time_point now) const;

  std::optional<size_t> limit() const noexcept;

  /// Returns what is known of the failures of `x`, from now on.
  static failure_history& history(place& x);

private:
  std::optional<restart_intensity> intensity_;
  intensity_scope scope_;
  std::optional<restart_budget> common_;
};

} // namespace troupe
