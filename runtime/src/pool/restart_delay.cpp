// SPDX-License-Identifier: Apache-2.0

#include "pool/restart_delay.hpp"

#include <algorithm>

namespace troupe {

std::optional<caf::timespan> restart_delay(restart_budget& budget,
                                           const backoff& bounds,
                                           restart_budget::time_point now,
                                           double random) {
  auto earlier = budget.spent(now);
  if (!budget.spend(now))
    return std::nullopt;
  if (earlier == 0)
    return caf::timespan{0};
  auto [restarts, period] = budget.limit();
  // Any larger number of restarts leaves no time for delays anyway.
  auto shares = std::min<size_t>(restarts, 1'000'000'000) + 1;
  auto longest = period / static_cast<caf::timespan::rep>(shares);
  return std::min(backoff_delay(bounds, earlier - 1, random), longest);
}

} // namespace troupe
