// SPDX-License-Identifier: Apache-2.0

#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "caf/actor_system.hpp"

#include "troupe/actors/all.hpp"
#include "troupe/actors/fib.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/remote/node.hpp"

#include "common/output_file.hpp"
#include "common/refuse.hpp"
#include "common/run_program.hpp"
#include "common/whereabouts.hpp"
#include "compute.hpp"
#include "counted_worker.hpp"
#include "input.hpp"
#include "options.hpp"
#include "serve.hpp"

namespace fib_app {

namespace {

task_list repeated(int64_t n, size_t tasks) {
  return task_list(tasks, static_cast<uint8_t>(n));
}

/// Reads and opens what a computation takes.
std::variant<computation, exit_code> prepare(const options& opts) {
  computation result;
  if (opts.input) {
    auto tasks = read_tasks(*opts.input);
    if (!tasks)
      return refuse(exit_code::usage, troupe::describe(tasks.error()));
    result.tasks = std::move(*tasks);
  } else {
    result.tasks = repeated(opts.n, opts.tasks);
  }
  if (auto code = app::open_named(opts.output, result.output);
      code != exit_code::ok)
    return code;
  return result;
}

exit_code run(const options& opts, app::interruption& stop) {
  auto answered = std::make_shared<std::atomic<uint64_t>>(0);
  troupe::config cfg;
  // A node that has tasks of its own has nothing to offer.
  if (auto problem = app::configure(cfg, opts, opts.serve ? opts.workers : 0))
    return refuse(exit_code::usage, app::advice(problem));
  if (opts.serve && !app::is_networked(cfg.node))
    return refuse(exit_code::usage, "--serve needs --listen or --join");
  if (auto problem = app::nobody(opts, cfg.node))
    return refuse(exit_code::usage, *problem);
  troupe::add_actor_message_types(cfg);
  cfg.add_actor_type("fib", [=](caf::event_based_actor* self) {
    return counted_worker(self, answered);
  });
  std::optional<computation> job;
  if (!opts.serve) {
    auto prepared = prepare(opts);
    if (auto* code = std::get_if<exit_code>(&prepared))
      return *code;
    job.emplace(std::get<computation>(std::move(prepared)));
  }
  caf::actor_system sys{cfg};
  std::optional<troupe::process_host> processes;
  if (opts.isolation == troupe::isolation::process) {
    auto opened = troupe::process_host::open(sys);
    if (!opened)
      return refuse(exit_code::failed, troupe::describe(opened.error()));
    processes.emplace(std::move(*opened));
  }
  std::optional<troupe::node> node;
  if (app::is_networked(cfg.node)) {
    auto opened = troupe::node::open(sys, cfg.node);
    if (!opened)
      return refuse(exit_code::network, troupe::describe(opened.error()));
    node.emplace(std::move(*opened));
  }
  if (!job) {
    serve(*node, cfg.node, answered, stop);
    return exit_code::ok;
  }
  if (node && cfg.node.listen)
    fmt::print("listening as {}\n", app::whereabouts(*node, cfg.node));
  if (node)
    job->node = &*node;
  return compute(sys, opts, std::move(*job), stop);
}

} // namespace

} // namespace fib_app

int main(int argc, char** argv) {
  return app::run_program(argc, argv, fib_app::parse_options, fib_app::run);
}
