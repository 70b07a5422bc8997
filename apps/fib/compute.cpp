// SPDX-License-Identifier: Apache-2.0

#include "compute.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "troupe/actors/fib.hpp"
#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"

#include "common/exit_deadline.hpp"
#include "common/local_workers.hpp"
#include "common/refuse.hpp"
#include "conductor.hpp"
#include "json.hpp"
#include "ledger.hpp"
#include "report.hpp"
#include "result_table.hpp"
#include "roster.hpp"
#include "sequential.hpp"
#include "summary.hpp"

namespace fib_app {

namespace {

using namespace std::chrono_literals;

void print_headline(const options& opts, const task_list& tasks) {
  fmt::print("{}, {}\n\n", title(tasks), app::headcount(opts));
  std::fflush(stdout);
}

std::string progress_so_far(const ledger& books) {
  return fmt::format("{} of {} tasks done", books.answered(),
                     books.tasks().size());
}

/// Writes the results unless some are missing: nothing by halves.
exit_code write_results(app::output_file& file, const ledger& books,
                        const roster& nodes) {
  if (books.missing() > 0)
    return refuse(exit_code::failed,
                  "results are missing, the output was not written");
  auto rows = result_table(
      books, [&](const ledger::worker& x) { return nodes.name_of(x); });
  if (auto problem = file.write(rows))
    return refuse(exit_code::output, troupe::describe(problem));
  return exit_code::ok;
}

exit_code finish(const options& opts, const summary& figures,
                 const ledger& books, const roster& nodes,
                 std::optional<app::output_file>& output) {
  auto result = figures.good() ? exit_code::ok : exit_code::failed;
  if (auto& failure = books.first_failure())
    refuse(result, "a task failed: " + *failure);
  if (output) {
    auto written = write_results(*output, books, nodes);
    if (result == exit_code::ok)
      result = written;
  }
  fmt::print("{}", report(figures, app::colours_of_stdout()));
  if (opts.json)
    fmt::print("{}\n", to_json(figures));
  auto flushed = app::flush_stdout();
  return result == exit_code::ok ? flushed : result;
}

} // namespace

exit_code compute(caf::actor_system& sys, const options& opts, computation job,
                  app::interruption& stop) {
  summary figures;
  figures.tasks = job.tasks.size();
  figures.cores = troupe::usable_cores();
  print_headline(opts, job.tasks);
  if (!opts.skip_sequential)
    figures.sequential = run_sequential(job.tasks);
  ledger books{std::move(job.tasks)};
  roster nodes{job.node != nullptr ? job.node->name() : "local", sys.node(),
               opts.workers};
  conductor_options conducting{
      .workers = app::local_workers(opts, "fib", troupe::fib_worker),
      .node = job.node,
      .accepts_nodes = job.node != nullptr && job.node->port() != 0,
  };
  stop.in_order();
  conductor run{sys, conducting, books, nodes, stop};
  switch (run.run()) {
    case conductor::outcome::interrupted:
      app::exit_at_the_latest(1s, stop.code());
      return refuse(stop.code(), "stopped, " + progress_so_far(books));
    case conductor::outcome::failed:
      app::exit_at_the_latest(5s, exit_code::failed);
      return refuse(exit_code::failed, fmt::format("{}, {}", run.problem(),
                                                   progress_so_far(books)));
    case conductor::outcome::done:
      break;
  }
  figures.parallel = run.figures();
  figures.lost = books.missing();
  figures.repeated = books.repeated();
  figures.wrong = books.wrong();
  figures.nodes = nodes.shares(books);
  return finish(opts, figures, books, nodes, job.output);
}

} // namespace fib_app
