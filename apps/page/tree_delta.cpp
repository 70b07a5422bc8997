// SPDX-License-Identifier: Apache-2.0

#include "page/tree_delta.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "troupe/base/errc.hpp"

#include "web/problem.hpp"

namespace page {

namespace {

using nlohmann::json;
using troupe::node_snapshot;
using troupe::observed_child;

json or_null(const std::string& x) {
  return x.empty() ? json{} : json(x);
}

/// Tenths of seconds: what nobody sees does not count as a change.
std::optional<int64_t> tenths(const caf::optional<caf::timespan>& x) {
  if (!x)
    return std::nullopt;
  constexpr caf::timespan tenth = std::chrono::milliseconds{100};
  return std::max<int64_t>(1, (*x + tenth / 2) / tenth);
}

json seconds(const caf::optional<caf::timespan>& x) {
  auto n = tenths(x);
  return n ? json(static_cast<double>(*n) / 10) : json{};
}

std::optional<int> hundredths(const caf::optional<double>& x) {
  if (!x)
    return std::nullopt;
  return static_cast<int>(std::lround(*x * 100));
}

/// Returns a number for all that a row shows. Most rows do not change between
/// two looks, and are not worth to be made JSON of.
size_t fingerprint(const observed_child& x) {
  size_t result = 0;
  auto mix = [&result](const auto& y) {
    using type = std::decay_t<decltype(y)>;
    // As in Boost's hash_combine.
    result ^= std::hash<type>{}(y) + 0x9e3779b97f4a7c15 + (result << 6)
              + (result >> 2);
  };
  auto& info = x.info;
  auto code = info.last_failure ? info.last_failure.code() : uint8_t{0};
  for (auto text : {&info.id, &info.type, &info.place, &info.last_death,
                    &info.message, &x.node, &x.note})
    mix(*text);
  for (uint64_t n : {static_cast<uint64_t>(info.state), info.generation,
                     static_cast<uint64_t>(info.restarts), x.failures,
                     x.restarts, info.waiting_messages, uint64_t{code}})
    mix(n);
  mix(info.limit ? std::optional{*info.limit} : std::nullopt);
  mix(tenths(info.next_start));
  mix(tenths(info.busy_for));
  mix(hundredths(x.busy_share));
  return result;
}

json row(const observed_child& x) {
  auto& info = x.info;
  auto share = hundredths(x.busy_share);
  return {
      {"path", x.path},
      {"id", info.id},
      {"type", info.type},
      {"is_supervisor", info.is_supervisor},
      {"is_root", x.path.find('/') == std::string::npos},
      {"state", to_string(info.state)},
      {"node", or_null(x.node)},
      {"place", info.place},
      {"generation", info.generation},
      {"restarts_in_window", info.restarts},
      {"restart_limit", info.limit ? json(*info.limit) : json{}},
      {"next_start_s", seconds(info.next_start)},
      {"failures", x.failures},
      {"restarts", x.restarts},
      {"last_failure",
       info.last_failure ? json(troupe::describe(info.last_failure)) : json{}},
      {"last_death", or_null(info.last_death)},
      {"waiting", info.waiting_messages},
      {"busy_for_s", seconds(info.busy_for)},
      {"message", or_null(info.message)},
      {"busy_share", share ? json(static_cast<double>(*share) / 100) : json{}},
      {"note", or_null(x.note)},
  };
}

std::string delta(const std::string& node, const std::string& rows,
                  const json& gone) {
  return "{\"node\":" + web::dump(node) + ",\"rows\":[" + rows
         + "],\"gone\":" + web::dump(gone) + "}";
}

} // namespace

std::optional<std::string> tree_delta::update(const node_snapshot& x) {
  if (x.answer == troupe::answer_state::none)
    return std::nullopt;
  auto& node = nodes_[x.node];
  ++node.updates;
  std::string rows;
  for (auto& child : x.children) {
    auto content = fingerprint(child);
    auto [i, is_new] = node.children.try_emplace(child.path);
    if (is_new || i->second.content != content)
      rows += (rows.empty() ? "" : ",") + web::dump(row(child));
    i->second = {content, node.updates};
  }
  auto gone = json::array();
  // What was left out, or has not answered, is not gone.
  if (x.omitted == 0 && x.answer == troupe::answer_state::complete)
    std::erase_if(node.children, [&](auto& child) {
      if (child.second.seen == node.updates)
        return false;
      gone.push_back(child.first);
      return true;
    });
  if (rows.empty() && gone.empty())
    return std::nullopt;
  return delta(x.node, rows, gone);
}

std::optional<std::string>
tree_delta::drop_missing(const troupe::system_snapshot& x) {
  for (auto i = nodes_.begin(); i != nodes_.end(); ++i) {
    auto there = std::any_of(x.nodes.begin(), x.nodes.end(),
                             [&](auto& y) { return y.node == i->first; });
    if (there)
      continue;
    auto gone = json::array();
    for (auto& [path, child] : i->second.children)
      gone.push_back(path);
    auto result = delta(i->first, {}, gone);
    nodes_.erase(i);
    return result;
  }
  return std::nullopt;
}

} // namespace page
