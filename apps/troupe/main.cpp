// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <string>
#include <variant>

#include <fmt/format.h>
#include <unistd.h>

#include "troupe/base/errc.hpp"
#include "troupe/observe/json.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/observe/plain_text.hpp"

#include "common/refuse.hpp"
#include "follow.hpp"
#include "options.hpp"
#include "text.hpp"
#include "top.hpp"
#include "trace.hpp"
#include "window.hpp"

namespace cli {

namespace {

using troupe::describe;

exit_code refuse(const caf::error& why) {
  return app::refuse(exit_code::failed, troupe::plain_text(describe(why)));
}

/// Returns text of several lines, each escaped.
std::string plain_lines(const std::string& x) {
  std::string result;
  std::istringstream in{x};
  for (std::string line; std::getline(in, line);)
    result += troupe::plain_text(line) + '\n';
  return result;
}

/// Asks, and prints the answer as `show` renders it.
template <class Result, class Show, class... Ts>
exit_code ask(const options& opts, window& from, Show show, Ts&&... xs) {
  auto answer = from.ask<Result>(std::forward<Ts>(xs)...);
  if (!answer)
    return refuse(answer.error());
  if (opts.json)
    fmt::print("{}\n", to_json(*answer));
  else
    fmt::print("{}", show(*answer));
  return app::flush_stdout();
}

caf::expected<troupe::system_snapshot> look(const options& opts, window& from) {
  return from.ask<troupe::system_snapshot>(
      troupe::snapshot_atom_v,
      troupe::snapshot_query{.deadline = opts.deadline, .under = opts.under});
}

/// Prints a snapshot, and tells by the exit code whether what was asked for is
/// there.
template <class Show>
exit_code show_snapshot(const options& opts, window& from, Show show) {
  auto seen = look(opts, from);
  if (!seen)
    return refuse(seen.error());
  if (opts.json)
    fmt::print("{}\n", to_json(*seen));
  else
    fmt::print("{}{}", show(*seen), to_warnings(*seen));
  if (auto code = app::flush_stdout(); code != exit_code::ok)
    return code;
  auto is_empty = [](auto& node) { return node.children.empty(); };
  if (!opts.under.empty()
      && std::all_of(seen->nodes.begin(), seen->nodes.end(), is_empty))
    return app::refuse(exit_code::failed,
                       "no child " + troupe::plain_text(opts.under));
  return exit_code::ok;
}

exit_code show_message(const options& opts, window& from) {
  auto page =
      from.ask<troupe::quarantine_page>(troupe::quarantine_atom_v, opts.on);
  if (!page)
    return refuse(page.error());
  auto is_it = [&](const troupe::observed_quarantine& x) {
    return x.supervisor == opts.action.target && x.number == opts.number;
  };
  std::erase_if(page->messages, [&](auto& x) { return !is_it(x); });
  if (page->messages.empty())
    return app::refuse(exit_code::failed,
                       fmt::format("no message {} in quarantine of {}",
                                   opts.number,
                                   troupe::plain_text(opts.action.target)));
  if (opts.json)
    fmt::print("{}\n", to_json(*page));
  else
    fmt::print("{}", to_text(page->messages.front()));
  return app::flush_stdout();
}

exit_code run(const options& opts) {
  window from;
  if (auto code = from.open(opts); code != exit_code::ok)
    return code;
  auto colours = app::colours_of_stdout();
  auto as_text = [](auto& x) { return to_text(x); };
  switch (opts.what) {
    case command::tree:
      return show_snapshot(opts, from,
                           [=](auto& x) { return to_tree(x, colours); });
    case command::ps:
      return show_snapshot(opts, from, [&](auto& x) {
        return to_table(cells_of(rows_of(x, opts.sort)));
      });
    case command::nodes:
      return show_snapshot(opts, from,
                           [](auto& x) { return to_node_tables(x); });
    case command::top:
      if (opts.json)
        return show_snapshot(opts, from, [](auto&) { return ""; });
      return top(opts, [&] { return look(opts, from); });
    case command::events:
      return show_events(opts, from);
    case command::dead_letters:
      return ask<troupe::letter_page>(
          opts, from, as_text, troupe::letters_atom_v,
          troupe::event_query{.node = opts.on, .max = opts.lines});
    case command::quarantine_list:
      return ask<troupe::quarantine_page>(opts, from, as_text,
                                          troupe::quarantine_atom_v, opts.on);
    case command::quarantine_show:
      return show_message(opts, from);
    case command::history:
      return ask<troupe::flight_record>(opts, from, as_text,
                                        troupe::history_atom_v, opts.on,
                                        opts.action.target);
    case command::metrics: {
      auto text = from.ask<std::string>(troupe::metrics_atom_v, opts.on);
      if (!text)
        return refuse(text.error());
      fmt::print("{}", plain_lines(*text));
      return app::flush_stdout();
    }
    case command::trace:
      return show_traces(opts, from);
    case command::act:
      return ask<troupe::action_outcome>(
          opts, from, [](auto& x) { return troupe::plain_text(x.text) + "\n"; },
          troupe::act_atom_v, opts.action);
  }
  return exit_code::usage;
}

/// Becomes the program beside this one.
int become(const std::string& name, char** argv) {
  std::error_code ignored;
  auto file =
      std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path()
      / name;
  auto path = file.string();
  argv[1] = path.data();
  execv(path.c_str(), argv + 1);
  return static_cast<int>(
      app::refuse(exit_code::usage,
                  fmt::format("{} cannot be run: {}; apps/run {} builds it",
                              path, std::strerror(errno), name)));
}

} // namespace

} // namespace cli

int main(int argc, char** argv) {
  if (auto name = cli::sibling(argc, argv))
    return cli::become(*name, argv);
  auto parsed = cli::parse_options(argc, argv);
  if (auto* exit = std::get_if<cli::early_exit>(&parsed))
    return app::leave(*exit);
  return static_cast<int>(cli::run(std::get<cli::options>(parsed)));
}
