// SPDX-License-Identifier: Apache-2.0

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/stop_signal.hpp"
#include "troupe/config.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/process/run_as_worker.hpp"
#include "troupe/remote/node.hpp"

#include "common/command_line.hpp"
#include "common/crew_options.hpp"
#include "common/refuse.hpp"
#include "common/whereabouts.hpp"
#include "director.hpp"
#include "keyboard.hpp"
#include "options.hpp"
#include "page/page_server.hpp"
#include "primes.hpp"
#include "report.hpp"
#include "tree.hpp"
#include "workers.hpp"

namespace demo {

namespace {

/// Worker processes that are kept ready to take over.
constexpr size_t ready_processes = 2;

std::vector<std::string> all_workers() {
  auto result = counter_names();
  for (auto& x : surveyor_names())
    result.push_back(x);
  return result;
}

caf::expected<schedule> read_script(const std::string& name, size_t pieces) {
  constexpr size_t max_bytes = 1 << 20;
  std::ifstream file;
  if (name != "-") {
    file.open(name);
    if (!file)
      return make_error(troupe::errc::bad_input, "cannot be read");
  }
  std::istream& in = name == "-" ? std::cin : file;
  std::string text(max_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad())
    return make_error(troupe::errc::bad_input, "cannot be read");
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > max_bytes)
    return make_error(troupe::errc::bad_input, "is larger than 1 MiB");
  return parse_schedule(text, pieces, all_workers());
}

/// Offers workers to the runs of others.
exit_code serve(const app::crew_options& network) {
  troupe::stop_signal stop;
  troupe::config cfg;
  add_worker_types(cfg, impact::exception);
  if (auto problem = app::configure(cfg, network, troupe::usable_cores()))
    return refuse(exit_code::usage, app::advice(problem));
  caf::actor_system sys{cfg};
  auto opened = troupe::node::open(sys, cfg.node);
  if (!opened)
    return refuse(exit_code::network, app::advice(opened.error()));
  auto node = std::move(*opened);
  fmt::print("offering workers as {}\n",
             app::whereabouts(node, node.options()));
  if (auto code = app::flush_stdout(); code != exit_code::ok)
    return code;
  stop.wait();
  return exit_code::ok;
}

exit_code run(const options& opts) {
  if (opts.serves)
    return serve(opts.network);
  schedule faults;
  if (opts.script) {
    auto read = read_script(*opts.script, opts.pieces);
    if (!read)
      return refuse(exit_code::usage, "--script " + *opts.script + ": "
                                          + troupe::describe(read.error()));
    faults = std::move(*read);
  } else {
    faults = random_schedule(opts.seed, opts.pieces, all_workers());
  }
  auto expected = count_primes_by_sieve(opts.limit);
  // Signals first: all threads must inherit that they are blocked.
  caf::actor to_stop;
  std::mutex guard;
  troupe::stop_signal signal{[&](int) {
    std::lock_guard lock{guard};
    if (to_stop)
      caf::anon_send(to_stop, give_up_atom::value);
  }};
  troupe::config cfg;
  if (auto problem = app::configure(cfg, opts.network, 0))
    return refuse(exit_code::usage, app::advice(problem));
  std::optional<summary> result;
  {
    caf::actor_system sys{cfg};
    // [host]
    std::optional<troupe::process_host> processes;
    if (opts.where == troupe::isolation::process) {
      auto opened =
          troupe::process_host::open(sys, {.prestarted = ready_processes});
      if (!opened)
        return refuse(exit_code::failed, troupe::describe(opened.error()));
      processes.emplace(std::move(*opened));
    }
    // [host]
    // [observer]
    std::optional<troupe::node> node;
    std::optional<troupe::observer> observer;
    if (app::is_networked(cfg.node)) {
      auto opened = troupe::node::open(sys, cfg.node);
      if (!opened)
        return refuse(exit_code::network, app::advice(opened.error()));
      node.emplace(std::move(*opened));
      observer.emplace(sys, *node);
      if (auto where = app::listen_address(*node, cfg.node))
        fmt::print(stderr, "troupe --node {} shows the tree\n", *where);
    }
    // [observer]
    std::optional<page::page_server> page;
    if (opts.http) {
      if (!observer)
        observer.emplace(sys);
      auto opened =
          page::page_server::open(sys, observer->handle(), *opts.http);
      if (!opened)
        return refuse(exit_code::network, troupe::describe(opened.error()));
      page.emplace(std::move(*opened));
      fmt::print(stderr, "{} shows the tree\n", page->url());
    }
    caf::scoped_actor self{sys};
    auto boss = sys.spawn<director>(
        assignment{.limit = opts.limit,
                   .pieces = opts.pieces,
                   .seed = opts.seed,
                   .faults = std::move(faults),
                   .deadline = opts.deadline,
                   .view = opts.plain ? screen::mode::lines : screen::usual(),
                   .where = {opts.where, node ? &*node : nullptr},
                   .observer = observer ? observer->handle() : caf::actor{},
                   .stays = opts.stay});
    {
      std::lock_guard lock{guard};
      to_stop = boss;
    }
    std::optional<keyboard> keys;
    if (!opts.plain)
      keys.emplace(
          [boss](char key) { caf::anon_send(boss, key_atom::value, key); });
    self->request(boss, caf::infinite, run_atom::value)
        .receive([&](summary& x) { result = std::move(x); },
                 [](const caf::error&) {});
    std::lock_guard lock{guard};
    to_stop = nullptr;
  }
  if (!result)
    return refuse(exit_code::failed, "the run broke off");
  result->expected = expected;
  result->seed = opts.script ? 0 : opts.seed;
  fmt::print("\n{}", to_text(*result));
  if (opts.json)
    fmt::print("{}\n", to_json(*result));
  if (auto code = app::flush_stdout(); code != exit_code::ok)
    return code;
  if (auto number = signal.wait(caf::timespan{0}))
    return *number == SIGTERM ? exit_code::terminated : exit_code::interrupted;
  return result->right() ? exit_code::ok : exit_code::failed;
}

// [worker]
/// Does the work of a worker process, if this is one.
std::optional<int> work(int argc, char** argv) {
  troupe::config cfg;
  add_worker_types(cfg, impact::crash);
  return troupe::run_as_worker(cfg, argc, argv);
}

int main(int argc, char** argv) {
  if (auto code = work(argc, argv))
    return *code;
  // [worker]
  auto parsed = parse_options(argc, argv);
  if (auto* exit = std::get_if<early_exit>(&parsed))
    return app::leave(*exit);
  return static_cast<int>(run(std::get<options>(parsed)));
}

} // namespace

} // namespace demo

int main(int argc, char** argv) {
  return demo::main(argc, argv);
}
