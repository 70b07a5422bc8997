// SPDX-License-Identifier: Apache-2.0

#include "trace_text.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <set>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "troupe/observe/plain_text.hpp"

#include "common/human.hpp"
#include "text.hpp"

namespace cli {

namespace {

using troupe::plain_text;
using troupe::trace_span;

/// A span and the node that it was on.
struct place {
  const trace_span* span;
  const std::string* node;
};

std::string who(const trace_span& x) {
  auto name = plain_text(x.actor, 40);
  return x.actor_id == 0 ? name : fmt::format("{} #{}", name, x.actor_id);
}

/// What is known of one trace.
struct trace {
  std::vector<place> spans;
  caf::timestamp first = caf::timestamp::max();
  caf::timestamp end = caf::timestamp::min();
  const trace_span* root = nullptr;
  std::set<std::string> nodes;
  size_t errors = 0;

  void add(const place& x) {
    spans.push_back(x);
    if (x.span->start < first) {
      first = x.span->start;
      root = x.span;
    }
    end = std::max(end, caf::timestamp{x.span->start + x.span->duration});
    nodes.insert(*x.node);
    errors += x.span->error.empty() ? 0 : 1;
  }
};

std::map<std::string, trace>
traces_of(const std::vector<troupe::node_spans>& xs) {
  std::map<std::string, trace> result;
  for (auto& x : xs)
    for (auto& y : x.spans)
      result[trace_id(y)].add({&y, &x.node});
  return result;
}

/// Writes the spans of one trace.
class tree_writer {
public:
  tree_writer(const trace& x, app::colours c) : trace_(x), out_(c) {
    std::set<uint64_t> known;
    for (auto& y : x.spans)
      known.insert(y.span->id);
    for (auto& y : x.spans) {
      auto parent = y.span->parent;
      below_[known.contains(parent) && parent != y.span->id ? parent : 0]
          .push_back(y);
    }
    for (auto& [id, spans] : below_)
      std::sort(spans.begin(), spans.end(),
                [](auto& a, auto& b) { return a.span->start < b.span->start; });
  }

  std::string text() {
    write(0, 1);
    // Deeper ones, and those that are their own ancestors.
    while (!below_.empty())
      write(below_.begin()->first, 1);
    return out_.take();
  }

private:
  static constexpr size_t max_depth = 64;

  void write(uint64_t parent, size_t depth) {
    auto i = below_.find(parent);
    if (i == below_.end() || depth > max_depth)
      return;
    // Each is written once, whatever foreign nodes say of their parents.
    auto spans = std::move(i->second);
    below_.erase(i);
    for (auto& x : spans) {
      auto& y = *x.span;
      auto line = fmt::format(
          "{}{}  {}  on {}, after {}, took {}", std::string(2 * depth, ' '),
          plain_text(y.name, 40), who(y), plain_text(*x.node, 40),
          app::human(y.start - trace_.first), app::human(y.duration));
      if (y.waited > std::chrono::microseconds{1})
        line += ", had waited " + app::human(y.waited);
      if (!y.error.empty())
        line += out_.red(", failed: " + plain_text(y.error, 100));
      out_.line("{}", line);
      write(y.id, depth + 1);
    }
  }

  const trace& trace_;
  app::page out_;
  std::map<uint64_t, std::vector<place>> below_;
};

} // namespace

std::string to_trace_table(const std::vector<troupe::node_spans>& xs,
                           size_t max) {
  auto traces = traces_of(xs);
  std::vector<const std::pair<const std::string, trace>*> sorted;
  for (auto& x : traces)
    sorted.push_back(&x);
  std::sort(sorted.begin(), sorted.end(),
            [](auto a, auto b) { return a->second.first < b->second.first; });
  if (sorted.size() > max)
    sorted.erase(sorted.begin(), sorted.end() - static_cast<ptrdiff_t>(max));
  std::vector<std::vector<std::string>> rows{
      {"TRACE", "TIME", "TOOK", "SPANS", "NODES", "FAILED", "FIRST"}};
  for (auto x : sorted) {
    auto& y = x->second;
    std::string nodes;
    for (auto& node : y.nodes)
      nodes += (nodes.empty() ? "" : ",") + plain_text(node, 40);
    rows.push_back({x->first, clock_time(y.first), app::human(y.end - y.first),
                    fmt::to_string(y.spans.size()), nodes,
                    y.errors == 0 ? "" : fmt::to_string(y.errors),
                    plain_text(y.root->name, 30) + "  " + who(*y.root)});
  }
  return to_table(rows);
}

std::string to_trace_tree(const std::vector<troupe::node_spans>& xs,
                          app::colours c) {
  std::string result;
  for (auto& [id, x] : traces_of(xs)) {
    app::page out{c};
    out.line("{}  {}, {}", out.bold(id), clock_time(x.first),
             app::human(x.end - x.first));
    result += out.take() + tree_writer{x, c}.text();
  }
  return result;
}

} // namespace cli
