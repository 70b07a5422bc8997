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

#include "troupe/actors/fib.hpp"
#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/process/run_as_worker.hpp"
#include "troupe/remote/node.hpp"

#include "compute.hpp"
#include "counted_worker.hpp"
#include "input.hpp"
#include "interruption.hpp"
#include "options.hpp"
#include "output_file.hpp"
#include "refuse.hpp"
#include "serve.hpp"

namespace fib_app {

namespace {

/// Puts the command line on top of what file and environment say.
caf::error configure(troupe::config& to, const options& from) {
  if (auto problem = to.load(from.config_file))
    return problem;
  if (from.insecure)
    to.node.security = troupe::link_security::insecure;
  // A node that has tasks of its own has nothing to offer.
  to.node.workers = from.serve ? from.workers : 0;
  std::vector<std::pair<const char*, std::string>> given;
  if (from.name)
    given.emplace_back("node.name", *from.name);
  if (from.listen)
    given.emplace_back("node.listen", *from.listen);
  if (!from.join.empty())
    given.emplace_back("node.join",
                       fmt::format("{}", fmt::join(from.join, ",")));
  for (auto& [key, text] : given)
    if (auto problem = to.set_option(key, text))
      return problem;
  return to.check();
}

/// Whether other nodes may take part, wherever that was said.
bool is_networked(const troupe::node_options& x) {
  return x.listen || !x.join.empty() || !x.seeds.empty()
         || !x.etcd.endpoints.empty();
}

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
  if (opts.output) {
    auto file = output_file::open(*opts.output);
    if (!file)
      return refuse(exit_code::output, troupe::describe(file.error()));
    result.output.emplace(std::move(*file));
  }
  return result;
}

exit_code run(const options& opts, interruption& stop) {
  auto answered = std::make_shared<std::atomic<uint64_t>>(0);
  troupe::config cfg;
  if (auto problem = configure(cfg, opts)) {
    auto hint = problem == troupe::errc::security_required
                    ? " (--insecure permits it)"
                    : "";
    return refuse(exit_code::usage, troupe::describe(problem) + hint);
  }
  if (!is_networked(cfg.node) && (opts.serve || opts.workers == 0)) {
    auto what = opts.serve                                  ? "--serve"
                : opts.isolation == troupe::isolation::node ? "--isolation node"
                                                            : "--workers 0";
    return refuse(exit_code::usage,
                  fmt::format("{} needs --listen or --join", what));
  }
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
  if (is_networked(cfg.node)) {
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
    fmt::print("listening as {}\n", whereabouts(*node, cfg.node));
  if (node)
    job->node = &*node;
  return compute(sys, opts, std::move(*job), stop);
}

/// Does the work of a worker process, if this is one.
std::optional<int> work(int argc, char** argv) {
  troupe::config cfg;
  cfg.add_actor_type("fib", troupe::fib_worker);
  return troupe::run_as_worker(cfg, argc, argv);
}

int main(int argc, char** argv) {
  if (auto code = work(argc, argv))
    return *code;
  interruption stop;
  auto parsed = parse_options(argc, argv, troupe::usable_cores());
  if (auto* exit = std::get_if<early_exit>(&parsed)) {
    if (exit->code != exit_code::ok)
      return static_cast<int>(
          refuse(exit->code, exit->text + " (--help lists all options)"));
    fmt::print("{}", exit->text);
    return std::fflush(stdout) == 0 ? 0 : static_cast<int>(exit_code::output);
  }
  return static_cast<int>(run(std::get<options>(parsed), stop));
}

} // namespace

} // namespace fib_app

int main(int argc, char** argv) {
  return fib_app::main(argc, argv);
}
