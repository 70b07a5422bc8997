// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "base/quantity.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

/// Returns `errc::bad_process_timeout` unless `x` is between `min` and a day.
inline caf::error check_timeout(std::string_view name, caf::timespan x,
                                caf::timespan min = caf::timespan{0}) {
  constexpr caf::timespan max = std::chrono::hours{24};
  if (x >= min && x <= max)
    return {};
  return make_error(errc::bad_process_timeout,
                    fmt::format("{} is {}, must be {} to 24 hours", name,
                                format_duration(x), format_duration(min)));
}

} // namespace troupe
