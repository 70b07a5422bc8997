// SPDX-License-Identifier: Apache-2.0

#include "supervision/hang_watch.hpp"

#include <algorithm>

namespace troupe {

hang_verdict judge_hang(std::optional<std::chrono::nanoseconds> busy_for,
                        const hang_detection& limits) {
  auto& longest = limits.longest;
  // Not more often than that, however close the moment is.
  auto step = std::max<caf::timespan>(longest / 4, caf::timespan{1});
  auto busy = busy_for.value_or(caf::timespan{0});
  if (busy < longest)
    return {false, std::max(longest - busy, step)};
  auto give_up = longest + limits.grace;
  if (limits.policy == stuck_policy::replace && busy < give_up)
    return {true, std::min(give_up - busy, step)};
  return {true, step};
}

} // namespace troupe
