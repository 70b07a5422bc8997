// SPDX-License-Identifier: Apache-2.0

#include "remote/actor_host.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/exit_reason.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"

#include "location/init_probe.hpp"
#include "remote/lent_child.hpp"
#include "troupe/location/actor_types.hpp"

namespace troupe {

namespace {

/// What stands in front of the arguments of a child.
constexpr size_t child_prefix = 8;

template <class Content>
bool is_start(const Content& x) {
  return x.size() >= 2 && x.template match_element<start_atom>(0)
         && x.template match_element<std::string>(1);
}

bool is_child_start(const caf::type_erased_tuple& x) {
  return x.size() >= child_prefix && x.match_element<child_atom>(0)
         && x.match_element<std::string>(1) && x.match_element<std::string>(2)
         && x.match_element<uint64_t>(3) && x.match_element<uint64_t>(4)
         && x.match_element<bool>(5) && x.match_element<caf::actor>(6)
         && x.match_element<uint64_t>(7)
         && x.get_as<uint64_t>(7) <= x.size() - child_prefix;
}

} // namespace

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
  desk_.emplace(this);
  return {
      [this](home_start& x) { return start_at_home(x); },
      [this](const node_gone& x) { end_all_of(x.id); },
      [this](const lease_due& x) { look_at_lease(x); },
      [this](begin_draining) { return drain(); },
      [this](watch_atom, const caf::actor& x) { watchers_.push_back(x); },
  };
}

bool actor_host::take(caf::mailbox_element& x) {
  auto& content = x.content();
  if (!x.sender || !x.mid.is_request()
      || (!is_start(content) && !is_child_start(content))) {
    if (!x.sender || x.sender->node() == node() || x.mid.is_response())
      return false;
    make_response_promise().deliver(
        make_error(errc::peer_not_trusted, "all but starts is for this node"));
    return true;
  }
  auto grantor = caf::actor_cast<caf::actor>(x.sender);
  auto who = grantor->node();
  auto y = take_order(x);
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

actor_host::order actor_host::take_order(caf::mailbox_element& x) {
  // The promise takes the sender away.
  order result{.type = x.content().get_as<std::string>(1),
               .args = {},
               .promise = make_response_promise()};
  auto content = x.move_content_to_message();
  if (is_start(content)) {
    result.args = content.drop(2);
    return result;
  }
  result.context = {.child = content.get_as<std::string>(2),
                    .generation = content.get_as<uint64_t>(3),
                    .max_checkpoint_bytes = content.get_as<uint64_t>(4),
                    .watched = content.get_as<bool>(5)};
  result.window = content.get_as<caf::actor>(6);
  auto count = static_cast<size_t>(content.get_as<uint64_t>(7));
  auto rest = content.drop(child_prefix);
  result.args = rest.take(count);
  result.context.checkpoint = rest.drop(count);
  return result;
}

caf::response_promise actor_host::start_at_home(home_start& x) {
  auto promise = make_response_promise();
  start(node(), {.type = std::move(x.type),
                 .args = std::move(x.args),
                 .promise = promise,
                 .context = std::move(x.context)});
  return promise;
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
  customer whom{who, std::nullopt};
  if (who != node())
    whom.number = need_client(who).number;
  auto types = dynamic_cast<const actor_types*>(&system().config());
  auto make = types != nullptr ? types->find_actor_type(x.type) : nullptr;
  if (make == nullptr) {
    start_by_caf(whom, std::move(x));
  } else if (auto begin = (*make)(x.args)) {
    start_cell(whom, *begin, std::move(x));
  } else {
    x.promise.deliver(make_error(
        errc::unknown_actor_type,
        fmt::format("cannot start actor type {}: it takes other arguments",
                    x.type)));
  }
}

void actor_host::start_cell(const customer& whom, const starter& begin,
                            order x) {
  caf::strong_actor_ptr lent;
  if (x.context.keeper == nullptr) {
    lent = make_lent_child(system(), x.window);
    x.context.keeper = caf::actor_cast<caf::weak_actor_ptr>(lent);
    if (x.window)
      x.context.hooks = cell_hooks{x.context.keeper};
  }
  ++starting(whom);
  count_changed();
  begin(*desk_, std::move(x.context),
        [this, whom, lent,
         promise = x.promise](caf::expected<caf::actor> result) mutable {
          --starting(whom);
          auto outside = lent ? static_cast<lent_child*>(lent->get()) : nullptr;
          if (result) {
            if (outside != nullptr) {
              outside->begin(*result);
              (*result)->attach_functor([lent, outside] { outside->end(); });
            }
            started(whom, *result);
            promise.deliver(std::move(*result));
          } else {
            if (outside != nullptr)
              outside->end();
            promise.deliver(std::move(result.error()));
            count_changed();
          }
        });
}

/// Starts an actor of a type that does not become a cell.
void actor_host::start_by_caf(const customer& whom, order x) {
  if (x.context.watched) {
    x.promise.deliver(
        make_error(errc::bad_hang_limit,
                   fmt::format("actor type {} does not become a cell, and "
                               "cannot be watched",
                               x.type)));
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
  started(whom, *result);
  acknowledge(*result, std::move(x));
}

size_t& actor_host::starting(const customer& whom) {
  if (!whom.number)
    return own_starting_;
  auto x = find_client({whom.who, *whom.number});
  return x != nullptr ? x->starting : lost_starting_;
}

void actor_host::started(const customer& whom, const caf::actor& x) {
  monitor(x);
  auto lender = whom.number ? find_client({whom.who, *whom.number}) : nullptr;
  if (lender != nullptr) {
    lender->actors.insert(x);
  } else if (!whom.number) {
    own_.insert(x);
  } else {
    ending_.insert(x);
    send_exit(x, caf::exit_reason::remote_link_unreachable);
  }
  if (leaves_because_)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  else if (leaving_ && lender != nullptr)
    drain(x);
  count_changed();
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

// -- the end
// -------------------------------------------------------------------

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
  uint64_t lent = ending_.size() + lost_starting_;
  for (auto& kvp : clients_)
    lent += kvp.second.actors.size() + kvp.second.starting;
  uint64_t own = own_.size() + own_starting_;
  for (auto& x : watchers_)
    send(x, stats_atom_v, lent + own);
  if (leaving_ && lent == 0)
    for (auto& x : std::exchange(drains_, {}))
      x.deliver(caf::unit);
  if (leaves_because_ && lent == 0 && own == 0)
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
