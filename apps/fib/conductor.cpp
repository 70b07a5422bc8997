// SPDX-License-Identifier: Apache-2.0

#include "conductor.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "caf/after.hpp"
#include "caf/message_view.hpp"
#include "caf/others.hpp"
#include "caf/result.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/pool/pool.hpp"

#include "common/crew.hpp"
#include "common/node_news.hpp"
#include "feeder.hpp"

namespace fib_app {

namespace {

using namespace std::chrono_literals;

/// Without any worker for so long, a run has failed.
constexpr auto patience = 10s;

/// For an answer that does not depend on workers.
constexpr auto reply_timeout = 2s;

/// Replies to messages that were sent without a request.
caf::result<caf::message> drop(caf::message_view&) {
  return caf::message{};
}

} // namespace

conductor::conductor(caf::actor_system& sys, const conductor_options& options,
                     ledger& books, roster& nodes,
                     const app::interruption& stop)
    : options_(options), books_(books), nodes_(nodes), stop_(stop), self_(sys) {
  // Pool and feeder have threads of their own: on the scheduler they would wait
  // for a worker's present call whenever all cores compute, and with them every
  // other node.
  pool_ = sys.spawn<troupe::pool, caf::detached>(troupe::pool_options{});
  self_->send(pool_, troupe::watch_atom::value,
              caf::actor_cast<caf::actor>(self_));
  app::remote_starter start_on;
  if (options.node != nullptr)
    start_on = [node = options.node](const std::string& name) {
      return node->on(name, "fib");
    };
  crew_ = sys.spawn<caf::detached>(app::crew, pool_, options.workers,
                                   std::move(start_on));
}

conductor::~conductor() {
  for (auto& x : {feeder_, crew_, pool_})
    if (x)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
}

conductor::outcome conductor::run() {
  auto result = gather();
  if (result == outcome::done)
    result = conduct();
  bar_.clear();
  self_->request(pool_, reply_timeout, troupe::stats_atom::value)
      .receive(
          [this](const troupe::pool_stats& x) {
            figures_.restarts = x.restarts;
          },
          [](const caf::error&) {
            // Whatever ended the pool is reported as a failed run.
          });
  return result;
}

conductor::outcome conductor::gather() {
  if (options_.node != nullptr) {
    auto& membership = options_.node->membership();
    self_->request(membership, reply_timeout, troupe::members_atom::value)
        .receive(
            [this](const std::vector<troupe::node_event>& members) {
              for (auto& x : members)
                nodes_.book(x);
            },
            [](const caf::error&) {
              // The watch below tells the same a little later.
            });
    for (auto& watcher : {caf::actor_cast<caf::actor>(self_), crew_})
      self_->send(membership, troupe::watch_atom::value, watcher);
  }
  auto start = clock::now();
  auto announced = false;
  for (ticker ticks; !nodes_.complete() || nodes_.ready() == 0; ticks.wait()) {
    drain();
    if (stop_.requested())
      return outcome::interrupted;
    if (!problem_.empty())
      return outcome::failed;
    auto late = clock::now() - start > patience;
    if (late && nodes_.ready() > 0)
      break;
    if (nodes_.complete() && options_.accepts_nodes && !announced) {
      bar_.note("no worker yet, waiting for a node to join");
      announced = true;
    }
    if (late && !announced)
      return fail("no worker could be started: " + nodes_.latest_loss());
  }
  return outcome::done;
}

conductor::outcome conductor::conduct() {
  auto& sys = self_->home_system();
  auto start = clock::now();
  feeder_options feeding{
      .tasks = books_.tasks(),
      .pool = pool_,
      .receiver = caf::actor_cast<caf::actor>(self_),
  };
  feeding.patience = patience;
  feeding.window = std::max(feeding.window, 2 * options_.workers.size());
  feeder_ = sys.spawn<caf::detached>(feeder, std::move(feeding));
  ticker ticks;
  while (books_.settled() < books_.tasks().size()) {
    ticks.wait();
    drain();
    if (stop_.requested())
      return outcome::interrupted;
    if (!problem_.empty())
      return outcome::failed;
    bar_.show({.done = books_.settled(),
               .total = books_.tasks().size(),
               .elapsed = clock::now() - start});
  }
  figures_.wall = clock::now() - start;
  figures_.gaps = ticks.gaps();
  return outcome::done;
}

void conductor::drain() {
  // An answer that comes after its request has timed out is there, too, but
  // nothing to receive; without a timeout, `receive` would wait for more.
  while (self_->has_next_message())
    self_->receive([this](const result_batch& x) { book(x); },
                   [this](const troupe::node_event& x) { book(x); },
                   [this](const troupe::pool_event& x) { nodes_.book(x); },
                   [this](const feeding_failed& x) { problem_ = x.reason; },
                   caf::others >> drop, caf::after(0s) >> [] {});
}

void conductor::book(const result_batch& x) {
  books_.book(x);
  self_->send(feeder_, batch_handled{x.results.size() + x.failures.size()});
}

void conductor::book(const troupe::node_event& x) {
  nodes_.book(x);
  if (auto text = app::news(x); !text.empty())
    bar_.note(text);
}

conductor::outcome conductor::fail(std::string problem) {
  problem_ = std::move(problem);
  return outcome::failed;
}

} // namespace fib_app
