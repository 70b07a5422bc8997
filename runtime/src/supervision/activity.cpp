// SPDX-License-Identifier: Apache-2.0

#include "supervision/activity.hpp"

#include <chrono>

#include <fmt/format.h>

#include "troupe/scheduling/cell_stats.hpp"

namespace troupe {

std::string activity_of(const caf::actor& x) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  auto stats = x ? stats_of(x) : std::nullopt;
  if (!stats)
    return "what it does is not known";
  if (!stats->busy_for)
    return fmt::format("idle, {} messages wait", stats->waiting);
  auto history = history_of(x);
  return fmt::format("busy for {} ms with a message that begins with \"{}\", "
                     "{} more wait",
                     duration_cast<milliseconds>(*stats->busy_for).count(),
                     history.empty() ? "?" : history.back().type,
                     stats->waiting);
}

} // namespace troupe
