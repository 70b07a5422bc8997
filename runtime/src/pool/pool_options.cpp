// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/pool_options.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

caf::error out_of_range(const char* field, size_t x, size_t least,
                        size_t most) {
  return make_error(errc::bad_pool_limit,
                    fmt::format("pool_options::{} {} is not in {} to {}", field,
                                x, least, most));
}

caf::error wrong_time(const char* field, const char* what) {
  return make_error(errc::bad_pool_time,
                    fmt::format("pool_options::{} must {}", field, what));
}

} // namespace

caf::error validate(const pool_options& x) {
  constexpr auto zero = caf::timespan{0};
  if (!std::all_of(x.workers.begin(), x.workers.end(),
                   [](auto& y) { return static_cast<bool>(y); }))
    return make_error(errc::missing_start,
                      "pool_options::workers has an empty starter");
  if (to_string(x.policy) == "unknown")
    return make_error(errc::bad_routing, "pool_options::policy is none");
  if (x.max_queued > 100'000'000)
    return out_of_range("max_queued", x.max_queued, 0, 100'000'000);
  if (x.max_credit == 0 || x.max_credit > 65'536)
    return out_of_range("max_credit", x.max_credit, 1, 65'536);
  if (x.max_attempts == 0 || x.max_attempts > 1'000)
    return out_of_range("max_attempts", x.max_attempts, 1, 1'000);
  if (x.credit_horizon < zero)
    return wrong_time("credit_horizon", "not be negative");
  if (x.start_timeout <= zero)
    return wrong_time("start_timeout", "be positive");
  if (x.stop_timeout < zero)
    return wrong_time("stop_timeout", "not be negative");
  if (x.cancel_grace < zero)
    return wrong_time("cancel_grace", "not be negative");
  if (x.intensity.period <= zero)
    return make_error(errc::bad_intensity,
                      "pool_options::intensity has no positive period");
  if (x.restart_delay.first <= zero
      || x.restart_delay.cap < x.restart_delay.first)
    return make_error(errc::bad_backoff,
                      "pool_options::restart_delay must have 0 < first <= cap");
  return {};
}

} // namespace troupe
