// SPDX-License-Identifier: Apache-2.0

#include "supervision/child_policy.hpp"

#include <chrono>

namespace troupe {

namespace {

constexpr caf::timespan worker_limit = std::chrono::seconds{5};

// A hundred years: as good as no limit, and may be added to any time.
constexpr caf::timespan for_ever = std::chrono::hours{24 * 365 * 100};

} // namespace

child_policy policy_of(const child_spec& x) {
  auto by_kind = x.kind == child_kind::supervisor
                     ? stop_limit::none()
                     : stop_limit::within(worker_limit);
  return {x.restart, x.kind,        x.shutdown.value_or(by_kind),
          x.delay,   x.significant, x.hang};
}

caf::timespan start_timeout_of(const child_spec& x) {
  if (x.start_timeout)
    return *x.start_timeout;
  return x.kind == child_kind::supervisor ? for_ever : worker_limit;
}

} // namespace troupe
