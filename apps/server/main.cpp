// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "caf/actor_system.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/stop_signal.hpp"
#include "troupe/config.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/process/process.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/process/run_as_worker.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

#include "common/refuse.hpp"
#include "page/page.hpp"
#include "web/server.hpp"

#include "compute_worker.hpp"
#include "desk.hpp"
#include "options.hpp"
#include "service.hpp"

namespace server_app {

namespace {

using namespace std::chrono_literals;
using app::exit_code;
using app::refuse;
using troupe::isolation;

/// Whoever reads the lines wants them now.
void say(const options& opts, nlohmann::json object, const std::string& line) {
  fmt::print("{}\n", opts.json ? object.dump() : line);
  std::fflush(stdout);
}

troupe::starter worker(const options& opts) {
  switch (opts.isolation) {
    case isolation::process:
      return troupe::process(
          {.limits = {.niceness = opts.niceness}, .program = {}},
          compute_worker_type);
    case isolation::thread:
      return troupe::thread(compute_worker);
    default:
      return troupe::pooled(compute_worker);
  }
}

/// The pool is the child of a supervisor. It restarts its workers itself, and
/// runs what they had on others: orders live through workers that are killed
/// many times a second.
troupe::supervisor_spec make_tree(const options& opts) {
  troupe::pool_options pool{
      .workers = std::vector<troupe::starter>(opts.workers, worker(opts)),
      .max_credit = 8,
      .max_attempts = 10,
      .intensity = {.restarts = 100, .period = 10s},
      .restart_delay = {.first = 10ms, .cap = 500ms},
  };
  troupe::supervisor_spec result;
  result.children.push_back(
      {.id = "compute",
       .start = troupe::pooled<troupe::pool>(std::move(pool)),
       .shutdown = troupe::stop_limit::within(10s)});
  return result;
}

/// The actors behind the routes, stopped in order.
class crew {
public:
  crew(caf::actor_system& sys, const options& opts) : self_(sys) {
    root_ = troupe::spawn(sys, troupe::supervisor, make_tree(opts));
    troupe::get_child(self_.ptr(), root_, 10s, "compute")
        .receive([this](caf::actor& x) { pool_ = std::move(x); },
                 [this](const caf::error& x) { problem_ = x; });
    if (pool_)
      desk_ = troupe::spawn(
          sys, desk,
          desk_options{.pool = pool_, .limits = {.waiting = opts.max_waiting}});
  }

  ~crew() {
    for (auto& x : {desk_, root_}) {
      if (!x)
        continue;
      self_->send_exit(x, caf::exit_reason::user_shutdown);
      self_->wait_for(x);
    }
  }

  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;

  const caf::actor& root() const noexcept {
    return root_;
  }

  const caf::actor& pool() const noexcept {
    return pool_;
  }

  const caf::actor& head() const noexcept {
    return desk_;
  }

  const caf::error& problem() const noexcept {
    return problem_;
  }

private:
  caf::scoped_actor self_;
  caf::actor root_;
  caf::actor pool_;
  caf::actor desk_;
  caf::error problem_;
};

exit_code serve(caf::actor_system& sys, const options& opts,
                troupe::stop_signal& stop) {
  crew actors{sys, opts};
  if (!actors.pool())
    return refuse(exit_code::failed, troupe::describe(actors.problem()));
  using root_kind = troupe::observed_root::kind;
  troupe::observer observer{
      sys,
      {.roots = {{"server", actors.root()},
                 {"compute", actors.pool(), root_kind::pool}}}};
  service what{sys, actors.head(), actors.pool(), observer.handle()};
  page::page window{sys, observer.handle()};
  auto routes = what.routes();
  for (auto& x : window.routes())
    routes.push_back(std::move(x));
  auto http = web::server::open(opts.http, std::move(routes));
  if (!http)
    return refuse(http.error() == troupe::errc::bad_certificate
                      ? exit_code::usage
                      : exit_code::network,
                  troupe::describe(http.error()));
  what.observe(*http);
  say(opts,
      {{"event", "ready"},
       {"url", http->url()},
       {"port", http->port()},
       {"workers", opts.workers}},
      fmt::format("ready on {} with {} workers ({})", http->url(), opts.workers,
                  to_string(opts.isolation)));
  stop.wait();
  say(opts, {{"event", "draining"}}, "stopping, no more work is taken up");
  auto drained = what.drain(opts.drain);
  http->close();
  say(opts, {{"event", "stopped"}, {"drained", drained}},
      drained ? "stopped, all work was answered"
              : "stopped, some work was cancelled");
  if (auto code = app::flush_stdout(); code != exit_code::ok)
    return code;
  return drained ? exit_code::ok : exit_code::failed;
}

exit_code run(const options& opts, troupe::stop_signal& stop) {
  troupe::config cfg;
  add_types(cfg);
  caf::actor_system sys{cfg};
  std::optional<troupe::process_host> host;
  if (opts.isolation == isolation::process) {
    auto opened = troupe::process_host::open(sys, {.prestarted = opts.workers});
    if (!opened)
      return refuse(exit_code::failed, troupe::describe(opened.error()));
    host.emplace(std::move(*opened));
  }
  return serve(sys, opts, stop);
}

int main(int argc, char** argv) {
  {
    troupe::config cfg;
    add_types(cfg);
    if (auto code = troupe::run_as_worker(cfg, argc, argv))
      return *code;
  }
  troupe::stop_signal stop;
  auto parsed = parse_options(argc, argv);
  if (auto* exit = std::get_if<app::early_exit>(&parsed))
    return app::leave(*exit);
  return static_cast<int>(run(std::get<options>(parsed), stop));
}

} // namespace

} // namespace server_app

int main(int argc, char** argv) {
  return server_app::main(argc, argv);
}
