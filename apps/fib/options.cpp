// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "troupe/actors/fib.hpp"

#include "excerpt.hpp"
#include "task_list.hpp"

namespace fib_app {

namespace {

constexpr size_t max_workers = 1'024;

constexpr auto description =
    "Computes Fibonacci numbers by plain recursion, first one call after "
    "another on the\ncalling thread, then as messages to workers, and shows "
    "what that gains: wall time,\nefficiency, and how responsive the calling "
    "thread stays (a 1 ms ticker on it).";

constexpr auto footer = R"(
Input is one n a line, or CSV with a column n. Output is CSV:
  task,n,result,worker,node,ms    in the order of the input; written to a
                                  temporary file and renamed, or not at all

The last line of --json is one object:
  tasks                   number of tasks
  lost, repeated, wrong   tasks never answered, answered twice, answered wrongly
  sequential_s            seconds for all calls on the calling thread
  parallel_s              seconds for all calls as messages
  cores                   cores that this process may use on this host
  efficiency              sequential_s / cores / parallel_s; with workers on
                          other hosts it may exceed 1
  gap_p50_ms, gap_p99_ms, gap_max_ms
                          time between two ticks of the calling thread while
                          workers compute
  sequential_gap_max_ms   the same while it computes itself
  nodes                   list of name and tasks: who did how many
  restarts                how often a worker was started again
sequential_s, efficiency and sequential_gap_max_ms are null after
--skip-sequential.

Exit codes:
  0    every result is there and right
  1    a result is wrong or missing, or no worker was left
  2    wrong option or input
  3    a port cannot be opened or a peer cannot be joined
  4    output cannot be written
  130  stopped by Ctrl-C (SIGINT), 143 by SIGTERM

Examples:
  fib                                     ten times fib(40) on all cores
  fib --n 42 --tasks 20 --workers 2
  fib --isolation process                 each worker in a process of its own
  seq 20 40 | fib --input - --output results.csv
  fib --serve --listen 127.0.0.1:4000     lends its cores to others
  fib --join 127.0.0.1:4000               shares the work with that node
  fib --join 127.0.0.1:4000 --isolation node
                                          leaves all work to it)";

/// CLI11 reports a wrong value of a number in terms of C++ types.
class whole_number : public CLI::Validator {
public:
  whole_number(int64_t first, int64_t last)
      : CLI::Validator(fmt::format("{} to {}", first, last)) {
    func_ = [first, last](std::string& text) -> std::string {
      int64_t value = 0;
      if (!CLI::detail::lexical_cast(text, value) || value < first
          || value > last)
        return fmt::format("is {}, must be {} to {}", excerpt(text), first,
                           last);
      return {};
    };
  }
};

/// Returns the first line of a CLI11 error.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string check(const options& x) {
  if (std::count(x.join.begin(), x.join.end(), "") > 0)
    return "--join needs an address HOST:PORT";
  if (x.serve
      && (x.isolation == troupe::isolation::process
          || x.isolation == troupe::isolation::node))
    return "--serve has no use for --isolation " + to_string(x.isolation);
  if (x.serve && x.workers == 0)
    return "--serve needs at least one worker";
  return {};
}

} // namespace

std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores) {
  options result;
  result.workers = cores;
  std::string isolation = "pooled";
  CLI::App app{description, "fib"};
  app.footer(footer);
  app.set_help_flag("-h,--help", "Print this page and exit");
  app.get_formatter()->column_width(28);
  auto* n = app.add_option("--n", result.n, "Which Fibonacci number")
                ->type_name("N")
                ->check(whole_number{0, troupe::max_fib})
                ->capture_default_str();
  auto* tasks = app.add_option("--tasks", result.tasks, "How many calls")
                    ->type_name("COUNT")
                    ->check(whole_number{1, max_tasks})
                    ->capture_default_str();
  app.add_option("--input", result.input,
                 "Read the n of each call from FILE, - for standard input")
      ->type_name("FILE")
      ->excludes(n)
      ->excludes(tasks);
  app.add_option("--output", result.output, "Write each result as CSV")
      ->type_name("FILE");
  auto* workers =
      app.add_option("--workers", result.workers,
                     "Workers in this process, by default one per core")
          ->type_name("COUNT")
          ->check(whole_number{0, max_workers})
          ->capture_default_str();
  app.add_option("--isolation", isolation,
                 "What a worker is: pooled (on the scheduler), thread, "
                 "process, or node "
                 "(all on other nodes, none in this process)")
      ->type_name("LEVEL")
      ->capture_default_str();
  app.add_flag("--skip-sequential", result.skip_sequential,
               "Go to the workers at once, without figures to compare with");
  app.add_flag("--json", result.json, "End with one JSON object on one line");
  auto* serve = app.add_flag("--serve", result.serve,
                             "Only work for others, until SIGINT or SIGTERM");
  for (auto* name :
       {"--n", "--tasks", "--input", "--output", "--skip-sequential", "--json"})
    serve->excludes(app.get_option(name));
  app.add_option("--listen", result.listen,
                 "Accept other nodes on this address; port 0 picks one")
      ->type_name("ADDR:PORT");
  app.add_option("--join", result.join,
                 "Join the node at this address; may be repeated")
      ->type_name("ADDR:PORT")
      ->allow_extra_args(false);
  app.add_option("--name", result.name,
                 "Name of this node, by default host name and process id")
      ->type_name("NAME");
  app.add_flag("--insecure", result.insecure,
               "Permit addresses other than loopback, without any protection");
  app.add_option("--config", result.config_file, "Read runtime options")
      ->type_name("FILE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return early_exit{exit_code::ok, app.help()};
  } catch (const CLI::ParseError& x) {
    return early_exit{exit_code::usage, one_line(x.what())};
  }
  const std::map<std::string, troupe::isolation> levels = {
      {"pooled", troupe::isolation::pooled},
      {"thread", troupe::isolation::thread},
      {"process", troupe::isolation::process},
      {"node", troupe::isolation::node},
  };
  auto level = levels.find(isolation);
  if (level == levels.end())
    return early_exit{exit_code::usage,
                      "--isolation: " + excerpt(isolation)
                          + " is neither pooled, thread, process nor node"};
  result.isolation = level->second;
  if (result.isolation == troupe::isolation::node) {
    if (workers->count() > 0 && result.workers > 0)
      return early_exit{exit_code::usage,
                        "--workers counts those of this process, of which "
                        "--isolation node has none"};
    result.workers = 0;
  }
  if (auto problem = check(result); !problem.empty())
    return early_exit{exit_code::usage, std::move(problem)};
  return result;
}

} // namespace fib_app
