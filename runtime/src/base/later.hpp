// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>

#include "caf/timespan.hpp"

namespace troupe {

/// Returns `x`, or a year if that is less: no computation waits for longer, and
/// no clock overflows at it.
constexpr caf::timespan at_most_a_year(caf::timespan x) {
  return std::min<caf::timespan>(x, std::chrono::hours{24 * 365});
}

/// Returns when `x` has passed, however long it is: at most a year from `now`.
template <class TimePoint>
TimePoint later(TimePoint now, caf::timespan x) {
  return now + at_most_a_year(x);
}

} // namespace troupe
