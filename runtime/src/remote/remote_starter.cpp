// SPDX-License-Identifier: Apache-2.0

#include "remote/remote_starter.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/make_actor.hpp"
#include "caf/monitorable_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"

#include "base/later.hpp"
#include "remote/membership_messages.hpp"
#include "supervision/supervisor_messages.hpp"

namespace troupe {

namespace {

/// Stands for a child that is being started elsewhere: whoever tells it to exit
/// calls the start off.
class absent_child : public caf::monitorable_actor {
public:
  absent_child(caf::actor_config& cfg, caf::actor membership,
               start_recall recall)
      : monitorable_actor(cfg),
        membership_(std::move(membership)),
        recall_(std::move(recall)) {
    // nop
  }

  using caf::abstract_actor::enqueue;

  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit*) override {
    if (x->content().match_elements<caf::exit_msg>())
      caf::anon_send(membership_, recall_);
  }

private:
  caf::actor membership_;
  start_recall recall_;
};

caf::actor make_absent_child(const caf::actor& membership,
                             start_recall recall) {
  auto& sys = membership.home_system();
  caf::actor_config cfg;
  return caf::make_actor<absent_child, caf::actor>(
      sys.next_actor_id(), sys.node(), &sys, cfg, membership,
      std::move(recall));
}

std::string to_string(const start_place& x) {
  switch (x.what) {
    case start_place::kind::named:
      return "node " + x.name;
    case start_place::kind::role:
      return "a node with role " + x.name;
    case start_place::kind::any:
      break;
  }
  return "a node";
}

std::string placement_name(const start_place& x) {
  switch (x.what) {
    case start_place::kind::named:
      return x.name;
    case start_place::kind::role:
      return "role:" + x.name;
    case start_place::kind::any:
      break;
  }
  return "*";
}

} // namespace

std::string to_string(node_loss x) {
  switch (x) {
    case node_loss::wait:
      return "wait";
    case node_loss::elsewhere:
      return "elsewhere";
    case node_loss::give_up:
      return "give_up";
  }
  return "unknown";
}

starter remote_starter(const caf::actor& membership, start_place where,
                       remote_start what) {
  auto run = [=](start_desk& desk, const start_context& context,
                 starter::done done) {
    auto explain = [=, done = std::move(done)](caf::expected<caf::actor> x) {
      if (!x && x.error() == errc::start_timeout)
        x = make_error(errc::start_timeout,
                       fmt::format("{} did not start {} in time",
                                   to_string(where), what.type));
      done(std::move(x));
    };
    auto is_child = !context.child.empty();
    auto timeout = context.timeout;
    if (timeout && is_child)
      timeout = at_most_a_year(*timeout) + at_most_a_year(what.patience);
    auto parent = desk.parent();
    auto ticket = desk.open(timeout, std::move(explain));
    if (is_child) {
      start_recall recall{parent->address(), context.child, context.generation};
      auto child = make_absent_child(membership, std::move(recall));
      desk.launched(ticket, caf::actor_cast<caf::strong_actor_ptr>(child));
      parent->send(parent, child_reachable{context.child, context.generation,
                                           std::move(child)});
    }
    parent
        ->request(membership, caf::infinite, start_order{where, what, context})
        .then(
            [=](const caf::actor& child) mutable {
              desk.started(ticket,
                           caf::actor_cast<caf::strong_actor_ptr>(child));
            },
            [=](caf::error& why) mutable {
              desk.failed(ticket, std::move(why));
            });
  };
  return {{isolation::node, placement_name(where)}, std::move(run)};
}

} // namespace troupe
