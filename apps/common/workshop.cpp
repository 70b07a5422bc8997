// SPDX-License-Identifier: Apache-2.0

#include "common/workshop.hpp"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "caf/after.hpp"
#include "caf/send.hpp"

#include "troupe/actors/all.hpp"
#include "troupe/base/errc.hpp"

#include "common/crew.hpp"
#include "common/exit_deadline.hpp"
#include "common/node_news.hpp"
#include "common/refuse.hpp"
#include "common/whereabouts.hpp"

namespace app {

namespace {

using namespace std::chrono_literals;

/// Without any worker for so long, a run has failed.
constexpr auto patience = 10s;

/// For an answer that does not depend on workers.
constexpr auto reply_timeout = 2s;

/// For work that is under way when the program ends.
constexpr auto end_timeout = 5s;

} // namespace

workshop::workshop(crew_options who, interruption& stop)
    : who_(std::move(who)), stop_(stop) {
  troupe::add_actor_types(cfg_);
}

workshop::~workshop() {
  bar_.clear();
  for (auto& x : {crew_, pool_})
    if (x)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
}

exit_code workshop::open(std::string type, std::vector<troupe::starter> local) {
  // A node that has tasks of its own has nothing to offer.
  if (auto problem = configure(cfg_, who_, 0))
    return refuse(exit_code::usage, advice(problem));
  if (auto problem = nobody(who_, cfg_.node))
    return refuse(exit_code::usage, *problem);
  sys_.emplace(cfg_);
  if (who_.isolation == troupe::isolation::process) {
    auto opened = troupe::process_host::open(*sys_);
    if (!opened)
      return refuse(exit_code::failed, troupe::describe(opened.error()));
    processes_.emplace(std::move(*opened));
  }
  if (app::is_networked(cfg_.node)) {
    auto opened = troupe::node::open(*sys_, cfg_.node);
    if (!opened)
      return refuse(exit_code::network, troupe::describe(opened.error()));
    node_.emplace(std::move(*opened));
    if (cfg_.node.listen)
      fmt::print("listening as {}\n", whereabouts(*node_, cfg_.node));
    std::fflush(stdout);
  }
  stop_.in_order();
  self_.emplace(*sys_);
  auto me = caf::actor_cast<caf::actor>(*self_);
  // Where workers are elsewhere, a thread of its own would only make the way to
  // them longer.
  troupe::pool_options nobody_yet;
  pool_ = computes_here()
              ? sys_->spawn<troupe::pool, caf::detached>(std::move(nobody_yet))
              : sys_->spawn<troupe::pool>(std::move(nobody_yet));
  (*self_)->send(pool_, troupe::watch_atom::value, me);
  remote_starter start_on;
  if (node_)
    start_on = [node = &*node_, type](const std::string& name) {
      return node->on(name, type);
    };
  crew_ = sys_->spawn<caf::detached>(crew, pool_, std::move(local),
                                     std::move(start_on));
  if (node_)
    for (auto& watcher : {me, crew_})
      (*self_)->send(node_->membership(), troupe::watch_atom::value, watcher);
  return gather();
}

exit_code workshop::gather() {
  auto start = std::chrono::steady_clock::now();
  auto announced = false;
  while (ready_.empty() || ready_.size() + given_up_.size() < who_.workers) {
    if (stop_.requested()) {
      exit_at_the_latest(end_timeout, stop_.code());
      return refuse(stop_.code(), "stopped");
    }
    auto waited = std::chrono::steady_clock::now() - start;
    if (ready_.empty() && node_ && node_->port() != 0 && !announced
        && waited > 1s) {
      bar_.note("no worker yet, waiting for a node to join");
      announced = true;
    }
    if (waited > patience && !announced) {
      exit_at_the_latest(end_timeout, exit_code::failed);
      return refuse(
          exit_code::failed,
          "no worker could be started"
              + (latest_loss_.empty() ? latest_loss_ : ": " + latest_loss_));
    }
    (*self_)->receive([this](const troupe::pool_event& x) { note(x); },
                      [this](const troupe::node_event& x) { note(x); },
                      caf::after(50ms) >> [] {});
  }
  return exit_code::ok;
}

void workshop::note(const troupe::pool_event& x) {
  using kind = troupe::pool_event::kind;
  switch (x.what) {
    case kind::up:
      ready_.insert(x.slot);
      return;
    case kind::lost:
      ready_.erase(x.slot);
      latest_loss_ = x.reason;
      bar_.note("a worker is lost: " + x.reason);
      return;
    case kind::given_up:
      ready_.erase(x.slot);
      given_up_.insert(x.slot);
      latest_loss_ = x.reason;
      bar_.note("a worker is given up: " + x.reason);
      return;
    case kind::withdrawn:
      ready_.erase(x.slot);
      return;
  }
}

void workshop::note(const troupe::node_event& x) {
  if (auto text = news(x); !text.empty())
    bar_.note(text);
}

troupe::pool_stats workshop::stats() {
  troupe::pool_stats result;
  (*self_)
      ->request(pool_, reply_timeout, troupe::stats_atom::value)
      .receive([&](const troupe::pool_stats& x) { result = x; },
               [](const caf::error&) {
                 // Figures for people; a pool that is gone has none.
               });
  return result;
}

} // namespace app
