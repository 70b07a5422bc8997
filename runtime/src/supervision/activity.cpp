// SPDX-License-Identifier: Apache-2.0

#include "supervision/activity.hpp"

#include <chrono>
#include <utility>

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

std::vector<std::string> last_messages_of(const caf::actor& x) {
  using milliseconds = std::chrono::duration<double, std::milli>;
  std::vector<std::string> result;
  if (!x)
    return result;
  for (auto& y : history_of(x)) {
    auto line = fmt::format("{:.3g} ms before: \"{}\", {} element{}",
                            milliseconds{y.age}.count(), y.type, y.size,
                            y.size == 1 ? "" : "s");
    if (y.mid.is_request())
      line += ", a request";
    else if (y.mid.is_response())
      line += ", a response";
    if (y.sender != caf::invalid_actor_id)
      line += fmt::format("{} actor {}", y.mid.is_async() ? ", of" : " of",
                          y.sender);
    result.push_back(std::move(line));
  }
  return result;
}

} // namespace troupe
