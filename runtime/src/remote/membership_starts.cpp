// SPDX-License-Identifier: Apache-2.0

// How `membership_state` starts actors on nodes.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/exit_reason.hpp"

#include "troupe/base/errc.hpp"

#include "base/later.hpp"
#include "remote/child_window.hpp"
#include "remote/membership.hpp"

namespace troupe {

namespace {

bool is_patient(const start_order& x) {
  return !x.context.child.empty();
}

/// Names a child of this process.
std::string key_of(const caf::actor& parent, const std::string& child) {
  return fmt::format("{}/{}", parent.id(), child);
}

std::string describe(const start_place& x) {
  switch (x.what) {
    case start_place::kind::named:
      return fmt::format("no node named {} is connected", x.name);
    case start_place::kind::role:
      return fmt::format("no node with the role {} is connected", x.name);
    case start_place::kind::any:
      break;
  }
  return "no node that offers workers is connected";
}

/// Whether the node was going while it was asked to start something.
bool is_of_a_goer(const caf::error& x) {
  return x == errc::link_lost || x == errc::node_leaving;
}

} // namespace

caf::response_promise membership_state::begin(start_order& x) {
  start y{.order = std::move(x),
          .parent = caf::actor_cast<caf::actor>(self_->current_sender()),
          .promise = self_->make_response_promise()};
  if (is_patient(y.order))
    y.deadline = later(now(), y.order.what.patience);
  // Whoever ordered it has an eye on the time.
  y.order.context.timeout.reset();
  y.order.context.keeper = caf::actor_cast<caf::weak_actor_ptr>(y.parent);
  self_->monitor(y.parent);
  auto promise = y.promise;
  starts_.push_back(std::move(y));
  look_for_place(std::prev(starts_.end()));
  arm();
  return promise;
}

void membership_state::look_for_places() {
  for (auto i = starts_.begin(); i != starts_.end();) {
    // It may be over afterwards.
    auto x = i++;
    if (!x->ordered)
      look_for_place(x);
  }
}

void membership_state::look_for_place(start_iterator x) {
  using kind = placement_decision::kind;
  if (must_wait(x)) {
    if (now() >= *x->deadline)
      fail(x, make_error(errc::child_stuck,
                         "a start that was called off has not ended"));
    return;
  }
  auto decision = place(request_of(*x), candidates());
  switch (decision.what) {
    case kind::start:
      give_order(x, decision.node);
      return;
    case kind::wait:
      if (x->deadline && now() < *x->deadline)
        return;
      break;
    case kind::refuse:
      break;
    case kind::give_up:
      fail(x, make_error(errc::start_ignored, "its node is lost"));
      return;
  }
  fail(x, make_error(errc::unknown_node, describe(x->order.place)));
}

/// Whether an earlier start of the same child has been called off, and is not
/// over: two incarnations must not run at once.
bool membership_state::must_wait(start_iterator x) const {
  if (!is_patient(x->order))
    return false;
  auto key = key_of(x->parent, x->order.context.child);
  auto is_same = [&](const start& y) {
    return &y != &*x && y.recalled && y.ordered
           && key_of(y.parent, y.order.context.child) == key;
  };
  return std::any_of(starts_.begin(), starts_.end(), is_same)
         || std::any_of(unwanted_.begin(), unwanted_.end(),
                        [&](auto& kvp) { return kvp.second == key; });
}

void membership_state::give_order(start_iterator x, const std::string& where) {
  auto& target = services_[where];
  ++target.load;
  ++target.ordered;
  x->ordered = true;
  // Booked before it runs: should the link break before the answer comes, it
  // may run there for as long as the lease does.
  if (is_lent(*x, target))
    loans_.lent(key_of(x->parent, x->order.context.child), target.id, where,
                x->order.context.generation);
  self_->request(target.host, caf::infinite, what_to_say(*x, target))
      .then(
          [this, x, target, where](const caf::actor& child) {
            order_ended(target, where);
            started(x, target, child);
          },
          [this, x, target, where](caf::error& why) {
            order_ended(target, where);
            not_started(x, target, std::move(why));
          });
}

/// Returns what to ask a host for.
caf::message membership_state::what_to_say(start& x, const services& where) {
  auto& what = x.order.what;
  auto& context = x.order.context;
  if (!is_patient(x.order))
    return caf::make_message(start_atom_v, what.type) + what.args;
  if (!is_lent(x, where))
    return caf::make_message(home_start{what.type, what.args, context});
  close(x.window);
  x.window = open_window(self_->home_system(), context.keeper, context.child,
                         context.generation);
  return caf::make_message(child_atom_v, what.type, context.child,
                           context.generation, context.max_checkpoint_bytes,
                           context.watched, x.window,
                           uint64_t{what.args.size()})
         + what.args + context.checkpoint;
}

void membership_state::order_ended(const services& where,
                                   const std::string& where_name) {
  auto i = services_.find(where_name);
  if (i != services_.end() && i->second.id == where.id && i->second.ordered > 0)
    --i->second.ordered;
}

membership_state::loan_key membership_state::loan_of(const start& x) {
  return {key_of(x.parent, x.order.context.child), x.order.context.generation};
}

bool membership_state::is_lent(const start& x, const services& where) const {
  return is_patient(x.order) && where.id != options_.own.id;
}

void membership_state::started(start_iterator x, const services& where,
                               const caf::actor& child) {
  auto key = key_of(x->parent, x->order.context.child);
  if (x->recalled) {
    if (is_lent(*x, where))
      lent_.insert_or_assign(child.address(), loan_of(*x));
    unwanted_.insert_or_assign(child.address(), std::move(key));
    self_->monitor(child);
    self_->send_exit(child, caf::exit_reason::user_shutdown);
    fail(x, make_error(errc::child_not_running, "the start was called off"));
    return;
  }
  if (is_lent(*x, where)) {
    lent_.insert_or_assign(child.address(), loan_of(*x));
    self_->monitor(child);
    show(std::exchange(x->window, nullptr), child);
  }
  x->promise.deliver(child);
  self_->demonitor(x->parent);
  starts_.erase(x);
}

void membership_state::not_started(start_iterator x, const services& where,
                                   caf::error why) {
  // Only a broken link leaves open whether it runs. The report of that may come
  // later, and says until when the loan lasts.
  if (is_lent(*x, where) && why != errc::link_lost)
    loans_.ended(key_of(x->parent, x->order.context.child),
                 x->order.context.generation);
  auto again = is_of_a_goer(why) && is_patient(x->order) && !x->recalled
               && now() < *x->deadline;
  if (!again) {
    fail(x, std::move(why));
    return;
  }
  // Whatever the links have to say of that node is in the mailbox.
  x->ordered = false;
  self_->send(self_, membership_due{now()});
}

void membership_state::fail(start_iterator x, caf::error why) {
  close(x->window);
  // The next start of that child may be waiting for it.
  if (x->recalled)
    self_->send(self_, membership_due{now()});
  x->promise.deliver(std::move(why));
  self_->demonitor(x->parent);
  starts_.erase(x);
}

void membership_state::recall(const start_recall& x) {
  for (auto i = starts_.begin(); i != starts_.end();) {
    auto y = i++;
    if (y->parent.address() != x.parent || y->order.context.child != x.child
        || y->order.context.generation != x.generation)
      continue;
    if (y->ordered)
      y->recalled = true;
    else
      fail(y, make_error(errc::child_not_running, "the start was called off"));
  }
}

/// Nobody else would answer those who wait for a start.
void membership_state::abandon() {
  while (!starts_.empty())
    fail(starts_.begin(), make_error(errc::node_leaving, "the node is closed"));
}

void membership_state::down(const caf::down_msg& x) {
  watchers_.erase(caf::actor_cast<caf::actor>(x.source));
  if (auto i = lent_.find(x.source); i != lent_.end()) {
    // Otherwise the report of the link has come before.
    loans_.ended(i->second.first, i->second.second);
    lent_.erase(i);
  }
  if (unwanted_.erase(x.source) != 0)
    self_->send(self_, membership_due{now()});
  for (auto i = starts_.begin(); i != starts_.end();) {
    auto y = i++;
    if (y->parent.address() != x.source)
      continue;
    if (y->ordered) {
      y->recalled = true;
    } else {
      close(y->window);
      starts_.erase(y);
    }
  }
}

placement_request membership_state::request_of(const start& x) const {
  using mode = placement_request::mode;
  placement_request result{.place = x.order.place,
                           .when_lost = x.order.what.when_lost,
                           .how = is_patient(x.order) ? mode::patient
                                                      : mode::at_once};
  if (is_patient(x.order))
    result.former =
        loans_.former(key_of(x.parent, x.order.context.child), now());
  return result;
}

std::vector<candidate> membership_state::candidates() const {
  std::vector<candidate> result;
  auto add = [&](const node_event& x) {
    if (auto i = services_.find(x.name); i != services_.end())
      result.push_back({x.name, x.state, x.roles, x.workers, i->second.load});
  };
  add(options_.own);
  for (auto& x : table_.linked())
    add(x);
  return result;
}

caf::result<caf::timespan> membership_state::grant() {
  auto x = sender();
  if (x == nullptr)
    return make_error(errc::link_lost, "the node is not linked");
  loans_.granted(x->id, now());
  return options_.lease;
}

caf::response_promise membership_state::drain() {
  options_.own.state = node_state::leaving;
  for (auto& [name, x] : services_)
    if (x.members)
      self_->send(x.members, withdraw_atom_v);
  auto promise = self_->make_response_promise();
  self_->request(options_.host, caf::infinite, begin_draining{})
      .then([promise]() mutable { promise.deliver(caf::unit); },
            [promise](caf::error& why) mutable {
              promise.deliver(std::move(why));
            });
  return promise;
}

} // namespace troupe
