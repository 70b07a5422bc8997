// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>

#include "caf/timespan.hpp"

namespace troupe {

/// Returns when `x` has passed, however long it is: at most a year from `now`,
/// which no computation waits for and no clock overflows at.
template <class TimePoint>
TimePoint later(TimePoint now, caf::timespan x) {
  constexpr caf::timespan longest = std::chrono::hours{24 * 365};
  return now + std::min(x, longest);
}

} // namespace troupe
