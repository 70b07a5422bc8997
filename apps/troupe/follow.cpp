// SPDX-License-Identifier: Apache-2.0

#include "follow.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"
#include "troupe/observe/json.hpp"
#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/observe/system_snapshot.hpp"

#include "common/refuse.hpp"
#include "text.hpp"

namespace cli {

namespace {

using namespace std::chrono_literals;

constexpr auto pause_between_looks = 250ms;

/// So many looks apart, it is seen whether there are other nodes.
constexpr size_t looks_between_counts = 20;

void print(const options& opts, const troupe::observed_event& x) {
  if (opts.json)
    fmt::print("{}\n", to_json(x));
  else
    fmt::print("{}", to_text(x, app::colours_of_stdout()));
}

} // namespace

std::vector<std::string> nodes_of(const options& opts, window& from) {
  if (!opts.on.empty())
    return {opts.on};
  troupe::snapshot_query query{
      .deadline = opts.deadline, .under = "/", .max_children = 0};
  std::vector<std::string> result;
  auto seen = from.ask<troupe::system_snapshot>(troupe::snapshot_atom_v, query);
  if (seen)
    for (auto& node : seen->nodes)
      if (node.answer != troupe::answer_state::none)
        result.push_back(node.node);
  return result;
}

exit_code show_events(const options& opts, window& from) {
  /// Up to where the events of each node were printed.
  struct position {
    uint64_t last = 0;
    uint64_t log = 0;
  };
  std::map<std::string, position> positions;
  auto nodes = nodes_of(opts, from);
  if (nodes.empty())
    return app::refuse(exit_code::failed, "no node answers");
  for (size_t look = 0;; ++look) {
    std::vector<troupe::observed_event> events;
    size_t answers = 0;
    std::string problem;
    for (auto& node : nodes) {
      auto& seen = positions[node];
      troupe::event_query query{
          .node = node, .after = seen.last, .log = seen.log};
      // One at least, to know where the next look begins.
      auto is_first = seen.log == 0;
      if (is_first)
        query.max = std::max<uint64_t>(opts.lines, 1);
      auto page = from.ask<troupe::event_page>(troupe::events_atom_v, query);
      if (!page) {
        problem = troupe::plain_text(troupe::describe(page.error()));
        continue;
      }
      ++answers;
      if (page->lost > 0 && !is_first)
        fmt::print(stderr, "{} events of node {} were missed\n", page->lost,
                   troupe::plain_text(node));
      seen.log = page->log;
      for (auto& x : page->events) {
        seen.last = x.number;
        if (!is_first || opts.lines > 0)
          events.push_back(std::move(x));
      }
    }
    if (answers == 0)
      return app::refuse(exit_code::failed, problem);
    std::stable_sort(events.begin(), events.end(),
                     [](auto& a, auto& b) { return a.time < b.time; });
    for (auto& x : events)
      print(opts, x);
    if (auto code = app::flush_stdout(); code != exit_code::ok || !opts.follow)
      return code;
    std::this_thread::sleep_for(pause_between_looks);
    if (look % looks_between_counts == looks_between_counts - 1)
      if (auto now = nodes_of(opts, from); !now.empty())
        nodes = std::move(now);
  }
}

} // namespace cli
