// SPDX-License-Identifier: Apache-2.0

#include "supervision/child_policy.hpp"

#include <chrono>

namespace troupe {

namespace {

constexpr caf::timespan worker_limit = std::chrono::seconds{5};

} // namespace

child_policy policy_of(const child_spec& x) {
  auto by_kind = x.kind == child_kind::supervisor
                     ? stop_limit::none()
                     : stop_limit::within(worker_limit);
  std::optional<restart_intensity> escalation;
  if (x.escalation)
    escalation = {x.escalation->failures, x.escalation->period};
  return {x.restart, x.kind,        x.shutdown.value_or(by_kind),
          x.delay,   x.significant, x.hang,
          escalation};
}

std::optional<caf::timespan> start_timeout_of(const child_spec& x) {
  if (x.start_timeout || x.kind == child_kind::supervisor)
    return x.start_timeout;
  return worker_limit;
}

} // namespace troupe
