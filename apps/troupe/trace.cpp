// SPDX-License-Identifier: Apache-2.0

#include "trace.hpp"

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
#include "troupe/observe/otlp.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/observe/trace_page.hpp"

#include "collector.hpp"
#include "common/refuse.hpp"
#include "follow.hpp"
#include "trace_text.hpp"

namespace cli {

namespace {

using namespace std::chrono_literals;

constexpr auto pause_between_looks = 1s;

/// Of a node in one look; more than it remembers by default.
constexpr uint64_t max_spans = 20'000;

constexpr auto service = "troupe";

/// Up to where the spans of a node are known.
struct position {
  uint64_t last = 0;
  uint64_t log = 0;
};

bool is_empty(const std::vector<troupe::node_spans>& spans) {
  return std::all_of(spans.begin(), spans.end(),
                     [](auto& x) { return x.spans.empty(); });
}

/// Writes each batch as a line of a file, or sends it to a collector.
class exporter {
public:
  explicit exporter(const options& opts) : opts_(opts) {
    if (opts.otlp_file)
      file_ = *opts.otlp_file == "-" ? stdout
                                     : std::fopen(opts.otlp_file->c_str(), "a");
  }

  exporter(const exporter&) = delete;
  exporter& operator=(const exporter&) = delete;

  ~exporter() {
    if (file_ != nullptr && file_ != stdout)
      std::fclose(file_);
  }

  exit_code write(const std::vector<troupe::node_spans>& spans) {
    if (is_empty(spans))
      return exit_code::ok;
    auto text = troupe::to_otlp(spans, service);
    if (opts_.otlp_file)
      if (file_ == nullptr || std::fprintf(file_, "%s\n", text.c_str()) < 0
          || std::fflush(file_) != 0)
        return app::refuse(exit_code::output,
                           fmt::format("{} cannot be written",
                                       troupe::plain_text(*opts_.otlp_file)));
    if (opts_.collector)
      if (auto problem = post_spans(*opts_.collector, text); !problem.empty())
        return app::refuse(exit_code::failed, problem);
    return exit_code::ok;
  }

private:
  const options& opts_;
  FILE* file_ = nullptr;
};

exit_code show(const options& opts,
               const std::vector<troupe::node_spans>& spans) {
  if (is_empty(spans) && !opts.trace.empty())
    return app::refuse(exit_code::failed,
                       "no trace " + troupe::plain_text(opts.trace));
  if (opts.json)
    fmt::print("{}\n", troupe::to_json(spans));
  else if (opts.trace.empty())
    fmt::print("{}", to_trace_table(spans, opts.lines));
  else
    fmt::print("{}", to_trace_tree(spans, app::colours_of_stdout()));
  return app::flush_stdout();
}

} // namespace

exit_code show_traces(const options& opts, window& from) {
  auto exports = opts.otlp_file || opts.collector;
  exporter to{opts};
  std::map<std::string, position> positions;
  for (;;) {
    std::vector<troupe::node_spans> all;
    std::string problem = "no node answers";
    std::vector<std::string> missing;
    for (auto& node : nodes_of(opts, from)) {
      auto& seen = positions[node];
      auto page = from.ask<troupe::trace_page>(
          troupe::spans_atom_v, troupe::event_query{.node = node,
                                                    .after = seen.last,
                                                    .max = max_spans,
                                                    .log = seen.log});
      if (!page) {
        problem = troupe::plain_text(troupe::describe(page.error()));
        missing.push_back(troupe::plain_text(node) + ": " + problem);
        continue;
      }
      if (page->lost > 0 && exports)
        fmt::print(stderr, "{} spans of node {} were missed\n", page->lost,
                   troupe::plain_text(node));
      seen = {page->last, page->log};
      if (!opts.trace.empty())
        std::erase_if(page->spans,
                      [&](auto& x) { return trace_id(x) != opts.trace; });
      all.push_back({node, std::move(page->spans)});
    }
    if (all.empty())
      return app::refuse(exit_code::failed, problem);
    for (auto& line : missing)
      fmt::print(stderr, "spans are missing of node {}\n", line);
    auto code = exports ? to.write(all) : show(opts, all);
    if (code != exit_code::ok || !opts.follow)
      return code;
    std::this_thread::sleep_for(pause_between_looks);
  }
}

} // namespace cli
