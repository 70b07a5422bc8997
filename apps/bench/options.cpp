// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>

#include "peers.hpp"
#include "work.hpp"

namespace bench {

namespace {

constexpr auto description =
    "Measures troupe beside its peers on the same work, in turn, in one run.";

constexpr auto footer = R"(
A run is a process of its own. Runs of troupe and its peers take turns, so that
noise of the machine hits all alike; compare the ratios of one call only. All
subjects do the same amount of work; one that needs longer than 10 s is stopped
and judged by what it has done until then, which is noted below the table.

The last table and "ratios" in the JSON say how many times better troupe is:
more is better for troupe in every line.

--json writes one object:
  machine   processor, cores, memory, system, versions of the peers, ...
  results   list of work, subject, metric, unit, median, min, max, runs
  ratios    list of work, metric, peer, ratio

Exit codes:
  0   all runs went well; a peer that is not installed is named and skipped
  1   a run failed, or a peer could not be installed
  2   wrong option, or no such work
  4   output cannot be written

Examples:
  bench                                  everything, about 15 minutes
  bench pingpong spawn --peers caf       two works against stock CAF
  bench fib --runs 1 --peers ''          troupe alone, once
  bench --json r.json --plot r.svg       with files for later
  bench spawn --install-peers            gets Erlang, TBB, Node, piscina first)";

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string listed(const std::vector<std::string>& xs) {
  std::string result;
  for (auto& x : xs)
    result += (result.empty() ? "" : " ") + x;
  return result;
}

std::vector<std::string> names_of_works() {
  std::vector<std::string> result;
  for (auto& x : works())
    result.emplace_back(x.name);
  return result;
}

/// Returns what is wrong with names, given those that exist.
std::string check_names(const char* what, const std::vector<std::string>& xs,
                        const std::vector<std::string>& known) {
  for (auto i = xs.begin(); i != xs.end(); ++i) {
    if (std::find(known.begin(), known.end(), *i) == known.end())
      return std::string{"no "} + what + " \"" + *i
             + "\"; there are: " + listed(known);
    if (std::find(xs.begin(), i, *i) != i)
      return std::string{what} + " " + *i + " is named twice";
  }
  return {};
}

/// CLI11 reports a wrong number in terms of C++ types.
std::string check_runs(const std::string& text) {
  int value = 0;
  if (!CLI::detail::lexical_cast(text, value) || value < 1 || value > 1'000)
    return "is \"" + text + "\", must be 1 to 1000";
  return {};
}

} // namespace

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv) {
  options result;
  result.peers = peers();
  std::vector<std::string> child;
  CLI::App app{description, "bench"};
  app.footer(footer);
  app.set_help_flag("-h,--help", "Print this page and exit");
  app.get_formatter()->column_width(26);
  std::string text = "Works to run, all by default:";
  for (auto& x : works())
    text += "\n" + std::string{x.name} + ": " + std::string{x.text};
  app.add_option("works", result.works, text)->type_name("NAME");
  app.add_option("--peers", result.peers,
                 "Peers to run beside troupe, by default caf,erlang,tbb,node,"
                 "piscina")
      ->type_name("NAME,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--runs", result.runs, "Runs of each work")
      ->type_name("COUNT")
      ->check(CLI::Validator{check_runs, ""})
      ->capture_default_str();
  app.add_option("--json", result.json, "Write the results as JSON")
      ->type_name("FILE");
  app.add_option("--plot", result.plot, "Draw the ratios as SVG")
      ->type_name("FILE");
  app.add_flag("--install-peers", result.install_peers,
               "First get the peers from Debian's packages and npm");
  app.add_option("--child", child, "")->expected(2)->group("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return early_exit{exit_code::ok, app.help()};
  } catch (const CLI::ParseError& x) {
    return early_exit{exit_code::usage, one_line(x.what())};
  }
  if (child.size() == 2)
    result.child = options::child_run{child[0], child[1]};
  // `--peers ''` asks for none.
  std::erase(result.peers, "");
  for (auto& problem : {check_names("work", result.works, names_of_works()),
                        check_names("peer", result.peers, peers())})
    if (!problem.empty())
      return early_exit{exit_code::usage, problem};
  if (result.works.empty())
    result.works = names_of_works();
  return result;
}

} // namespace bench
