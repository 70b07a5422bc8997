// SPDX-License-Identifier: Apache-2.0

#include "journal.hpp"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace node_app {

namespace {

using nlohmann::json;

std::string workers(size_t x) {
  return fmt::format("{} worker{}", x, x == 1 ? "" : "s");
}

} // namespace

std::string ready_line(const readiness& x, line_style style) {
  if (style == line_style::json)
    return json{{"event", "ready"},     {"name", x.name},
                {"address", x.address}, {"workers", x.workers},
                {"roles", x.roles},     {"types", x.types}}
        .dump();
  auto where = x.address.empty() ? "" : " on " + x.address;
  return fmt::format("ready as {}{} with {}", x.name, where,
                     workers(x.workers));
}

std::string page_line(const std::string& url, line_style style) {
  if (style == line_style::json)
    return json{{"event", "page"}, {"url", url}}.dump();
  return fmt::format("page on {}", url);
}

std::string node_line(const troupe::node_event& x, line_style style) {
  using troupe::node_state;
  if (style == line_style::json)
    return json{{"event", "node"},
                {"name", x.name},
                {"state", to_string(x.state)},
                {"address", x.address},
                {"workers", x.workers},
                {"roles", x.roles},
                {"reason", x.reason}}
        .dump();
  auto& who = x.name.empty() ? x.address : x.name;
  auto why = x.reason.empty() ? "" : ": " + x.reason;
  switch (x.state) {
    case node_state::joining:
      return fmt::format("node {} is not there yet{}", who, why);
    case node_state::up:
      return fmt::format("node {} is up with {}", who, workers(x.workers));
    case node_state::suspected:
      return fmt::format("node {} is suspected{}", who, why);
    case node_state::leaving:
      return fmt::format("node {} is leaving", who);
    case node_state::lost:
      return fmt::format("node {} is lost{}", who, why);
    case node_state::left:
      return fmt::format("node {} left", who);
  }
  return {};
}

std::string lost_line(uint64_t count, const std::string& why,
                      line_style style) {
  if (style == line_style::json)
    return json{{"event", "lost_lines"}, {"count", count}, {"reason", why}}
        .dump();
  return fmt::format("{} line{} before this one could not be written: {}",
                     count, count == 1 ? "" : "s", why);
}

std::string draining_line(caf::timespan limit, line_style style) {
  auto seconds = std::chrono::duration<double>{limit}.count();
  if (style == line_style::json)
    return json{{"event", "draining"}, {"limit_s", seconds}}.dump();
  return fmt::format("stopping, at most {} s for what runs here for others",
                     seconds);
}

std::string stopped_line(drain_outcome x, line_style style) {
  auto drained = x == drain_outcome::empty;
  if (style == line_style::json)
    return json{{"event", "stopped"}, {"drained", drained}}.dump();
  return drained ? "stopped, nothing was left running"
                 : "stopped, and ended what was still running";
}

} // namespace node_app
