// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <CLI/CLI.hpp>

#include "troupe/actors/fib.hpp"

#include "task_list.hpp"

namespace fib_app {

namespace {

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

std::string check(const options& x) {
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
  CLI::App line{description, "fib"};
  app::set_up_help(line, footer);
  auto* n = line.add_option("--n", result.n, "Which Fibonacci number")
                ->type_name("N")
                ->check(app::whole_number(0, troupe::max_fib))
                ->capture_default_str();
  auto* tasks = line.add_option("--tasks", result.tasks, "How many calls")
                    ->type_name("COUNT")
                    ->check(app::whole_number(1, max_tasks))
                    ->capture_default_str();
  line.add_option("--input", result.input,
                  "Read the n of each call from FILE, - for standard input")
      ->type_name("FILE")
      ->excludes(n)
      ->excludes(tasks);
  line.add_option("--output", result.output, "Write each result as CSV")
      ->type_name("FILE");
  line.add_flag("--skip-sequential", result.skip_sequential,
                "Go to the workers at once, without figures to compare with");
  line.add_flag("--json", result.json, "End with one JSON object on one line");
  auto* serve = line.add_flag("--serve", result.serve,
                              "Only work for others, until SIGINT or SIGTERM");
  for (auto* name :
       {"--n", "--tasks", "--input", "--output", "--skip-sequential", "--json"})
    serve->excludes(line.get_option(name));
  app::crew_flags crew{line, result};
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (auto exit = crew.finish())
    return *std::move(exit);
  if (auto problem = check(result); !problem.empty())
    return early_exit{exit_code::usage, std::move(problem)};
  return result;
}

} // namespace fib_app
