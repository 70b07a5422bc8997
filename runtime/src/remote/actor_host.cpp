// SPDX-License-Identifier: Apache-2.0

#include "remote/actor_host.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/exit_reason.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"

#include "location/init_probe.hpp"
#include "remote/membership_messages.hpp"

namespace troupe {

actor_host::actor_host(caf::actor_config& cfg, permission may_start)
    : envelope_actor(cfg), may_start_(std::move(may_start)) {
  set_down_handler([this](const caf::down_msg& x) {
    ended(caf::actor_cast<caf::actor>(x.source));
  });
  set_exit_handler([this](const caf::exit_msg& x) { leave(x.reason); });
  set_error_handler([](caf::error&) {
    // A stray error is no reason to end.
  });
}

const char* actor_host::name() const {
  return "troupe.actor_host";
}

caf::behavior actor_host::make_behavior() {
  return {
      [this](const node_gone& x) { end_all_of(x.id); },
      [this](const lease_due& x) { look_at_lease(x); },
      [this](begin_draining) { return drain(); },
      [this](watch_atom, const caf::actor& x) { watchers_.push_back(x); },
  };
}

bool actor_host::take(caf::mailbox_element& x) {
  auto& content = x.content();
  if (!x.sender || !x.mid.is_request() || content.size() < 2
      || !content.match_element<start_atom>(0)
      || !content.match_element<std::string>(1)) {
    if (!x.sender || x.sender->node() == node() || x.mid.is_response())
      return false;
    make_response_promise().deliver(
        make_error(errc::peer_not_trusted, "all but starts is for this node"));
    return true;
  }
  auto grantor = caf::actor_cast<caf::actor>(x.sender);
  auto who = grantor->node();
  // The promise takes the sender away.
  order y{.type = content.get_as<std::string>(1),
          .args = {},
          .promise = make_response_promise()};
  y.args = x.move_content_to_message().drop(2);
  if (leaving_) {
    y.promise.deliver(make_error(errc::node_leaving, "the node is leaving"));
  } else if (who == node()) {
    start(who, std::move(y));
  } else if (auto refusal = may_start_(who, y.type)) {
    y.promise.deliver(std::move(refusal));
  } else if (auto& z = need_client(who); z.lease.holds(now())) {
    start(who, std::move(y));
  } else {
    z.grantor = std::move(grantor);
    z.waiting.push_back(std::move(y));
    ask_for_lease(who);
  }
  return true;
}

actor_host::client& actor_host::need_client(const caf::node_id& who) {
  auto i = clients_.find(who);
  if (i == clients_.end())
    i = clients_.emplace(who, client{.number = ++last_client_}).first;
  return i->second;
}

actor_host::client* actor_host::find_client(const lease_due& x) {
  auto i = clients_.find(x.client);
  return i != clients_.end() && i->second.number == x.number ? &i->second
                                                             : nullptr;
}

void actor_host::start(const caf::node_id& who, order x) {
  if (leaving_) {
    x.promise.deliver(make_error(errc::node_leaving, "the node is leaving"));
    return;
  }
  auto result = system().spawn<caf::actor>(x.type, std::move(x.args));
  if (!result) {
    x.promise.deliver(
        make_error(errc::unknown_actor_type,
                   fmt::format("cannot start actor type {}: {}", x.type,
                               describe(result.error()))));
    return;
  }
  (who == node() ? own_ : need_client(who).actors).insert(*result);
  monitor(*result);
  count_changed();
  acknowledge(*result, std::move(x));
}

void actor_host::acknowledge(const caf::actor& x, order why) {
  auto promise = std::move(why.promise);
  await_init(this, x, [promise](caf::expected<caf::actor> result) mutable {
    if (result)
      promise.deliver(std::move(*result));
    else
      promise.deliver(std::move(result.error()));
  });
}

// -- leases -------------------------------------------------------------------

void actor_host::ask_for_lease(const caf::node_id& who) {
  auto& x = need_client(who);
  if (x.lease.pending())
    return;
  x.lease.asked(now());
  lease_due key{who, x.number};
  request<caf::message_priority::high>(x.grantor, caf::infinite, renew_atom_v)
      .then([=, this](caf::timespan length) { granted(key, length); },
            [=, this](const caf::error& why) { refused(key, why); });
}

void actor_host::granted(const lease_due& key, caf::timespan length) {
  auto x = find_client(key);
  if (x == nullptr)
    return;
  auto is_first = !x->lease.until();
  x->lease.granted(length);
  for (auto& y : std::exchange(x->waiting, {}))
    start(key.client, std::move(y));
  if (is_first)
    delayed_send(this, length / 4, key);
}

void actor_host::refused(const lease_due& key, const caf::error& why) {
  auto x = find_client(key);
  if (x == nullptr)
    return;
  x->lease.refused();
  for (auto& y : std::exchange(x->waiting, {}))
    y.promise.deliver(why);
}

void actor_host::look_at_lease(const lease_due& key) {
  auto x = find_client(key);
  if (x == nullptr)
    return;
  auto left = *x->lease.until() - now();
  if (left <= caf::timespan{0}) {
    end_all_of(key.client);
    return;
  }
  if (x->actors.empty() && x->waiting.empty()) {
    clients_.erase(key.client);
    return;
  }
  ask_for_lease(key.client);
  // Four times per lease, and at its end.
  delayed_send(this, std::min(left, x->lease.length() / 4), key);
}

void actor_host::end_all_of(const caf::node_id& who) {
  auto i = clients_.find(who);
  if (i == clients_.end())
    return;
  auto gone = std::move(i->second);
  clients_.erase(i);
  for (auto& x : gone.actors)
    send_exit(x, caf::exit_reason::remote_link_unreachable);
  ending_.merge(gone.actors);
  for (auto& x : gone.waiting)
    x.promise.deliver(make_error(errc::link_lost, "the link is lost"));
  count_changed();
}

// -----------------------------------------------------------------------------

void actor_host::ended(const caf::actor& x) {
  own_.erase(x);
  ending_.erase(x);
  for (auto& kvp : clients_)
    kvp.second.actors.erase(x);
  count_changed();
}

caf::response_promise actor_host::drain() {
  auto promise = make_response_promise();
  drains_.push_back(promise);
  if (!std::exchange(leaving_, true))
    for (auto& kvp : clients_)
      for (auto& x : kvp.second.actors)
        drain(x);
  count_changed();
  return promise;
}

void actor_host::drain(const caf::actor& x) {
  auto dismiss = [this, x] { send_exit(x, caf::exit_reason::user_shutdown); };
  if (is_blocking(x)) {
    dismiss();
    return;
  }
  // Stands behind all that waits in the mailbox.
  request(x, caf::infinite, caf::sys_atom_v, caf::get_atom_v, "info")
      .then([=](caf::ok_atom, const std::string&, const caf::strong_actor_ptr&,
                const std::string&) { dismiss(); },
            [](const caf::error&) {
              // It has ended.
            });
}

void actor_host::count_changed() {
  uint64_t lent = ending_.size();
  for (auto& kvp : clients_)
    lent += kvp.second.actors.size();
  for (auto& x : watchers_)
    send(x, stats_atom_v, lent + uint64_t{own_.size()});
  if (leaving_ && lent == 0)
    for (auto& x : std::exchange(drains_, {}))
      x.deliver(caf::unit);
  if (leaves_because_ && lent == 0 && own_.empty())
    quit(leaves_because_);
}

void actor_host::leave(caf::error why) {
  leaving_ = true;
  leaves_because_ = std::move(why);
  tell_all_to_exit();
  count_changed();
}

void actor_host::tell_all_to_exit() {
  for (auto& [who, x] : clients_)
    for (auto& actor : x.actors)
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  for (auto& actor : own_)
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}

lease::time_point actor_host::now() const {
  return clock().now();
}

void actor_host::on_exit() {
  tell_all_to_exit();
  clients_.clear();
  ending_.clear();
  own_.clear();
}

} // namespace troupe
