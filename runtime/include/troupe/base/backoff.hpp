// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>

#include "caf/timespan.hpp"

namespace troupe {

/// Bounds of the delays between attempts at something that keeps failing.
struct backoff {
  /// Longest delay before the first repetition; doubles with each further one.
  caf::timespan first = std::chrono::milliseconds{100};

  /// No delay is longer than this.
  caf::timespan cap = std::chrono::seconds{30};
};

/// Returns how long to wait before repetition number `repetition`, counted
/// from 0, with full jitter: `random`, drawn evenly from 0 to 1, picks from the
/// whole range between nothing and the bound, so that many who failed at the
/// same moment do not come back at the same moment.
///
/// The bounds of `{1s, 10s}` are 1, 2, 4, 8, 10, 10 seconds.
/// @relates backoff
caf::timespan backoff_delay(const backoff& x, size_t repetition, double random);

} // namespace troupe
