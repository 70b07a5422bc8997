// SPDX-License-Identifier: Apache-2.0

// What an `observer_state` does on request.

#include <algorithm>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"

#include "observe/event_text.hpp"
#include "observe/observer_state.hpp"
#include "observe/permissions.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/location/actor_types.hpp"
#include "troupe/observe/plain_text.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor_calls.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;
using kind = observer_action::kind;

constexpr caf::timespan shortest_deadline = 10ms;
constexpr caf::timespan longest_deadline = 10min;

/// Between two looks at a child that is being drained.
constexpr caf::timespan look_again = 20ms;

constexpr caf::timespan membership_patience = 2s;

/// Supervisor of what `spawn` starts.
constexpr auto spawned_root = "spawned";

} // namespace

caf::result<action_outcome> observer_state::act(observer_action& x) {
  // A promise takes the sender away.
  auto& from = self_->current_sender();
  auto id = from ? from->node() : world_.id;
  auto promise = self_->make_response_promise();
  auto name = id == world_.id ? std::string{} : world_.name_of(id);
  if (id == world_.id || !name.empty() || !setup_.membership) {
    decide(x, id == world_.id, name, promise);
    return promise;
  }
  // Its message may be faster than what the membership tells of it.
  auto decide_by = [this, alive = shared_from_this(), x, id,
                    promise](const std::vector<node_event>& nodes) mutable {
    auto is_it = [&](auto& y) { return y.id == id; };
    auto i = std::find_if(nodes.begin(), nodes.end(), is_it);
    decide(x, false, i != nodes.end() ? i->name : "", promise);
  };
  self_->request(setup_.membership, membership_patience, members_atom_v)
      .then(decide_by,
            [decide_by](const caf::error&) mutable { decide_by({}); });
  return promise;
}

void observer_state::decide(observer_action& x, bool is_own,
                            const std::string& who,
                            caf::response_promise& promise) {
  if (!is_own && !may_act(setup_.options, setup_.security, who, x.what)) {
    promise.deliver(make_error(errc::action_not_allowed,
                               fmt::format("node {} may not {} on {}",
                                           who.empty() ? "unknown" : who,
                                           to_string(x.what), world_.name)));
    return;
  }
  x.deadline = std::clamp(x.deadline, shortest_deadline, longest_deadline);
  if (is_elsewhere(x.node)) {
    auto node = std::exchange(x.node, {});
    pass_on<action_outcome>(promise, node, x.deadline, act_atom_v, x);
    return;
  }
  perform(std::make_shared<deed>(
      deed{.what = x,
           .who = who,
           .promise = promise,
           .end = self_->clock().now() + x.deadline * 9 / 10}));
}

void observer_state::perform(const deed_ptr& x) {
  auto& what = x->what;
  if (what.what == kind::spawn) {
    spawn(x);
    return;
  }
  auto found = [this, alive = shared_from_this(),
                x](const found_child& target) { perform(x, target); };
  auto missing = [this, alive = shared_from_this(), x](caf::error why) {
    failed(x, std::move(why));
  };
  auto i = world_.pools.find(what.target);
  auto pool = i != world_.pools.end() ? i->second : caf::actor{};
  auto is_about_quarantine =
      what.what == kind::replay || what.what == kind::discard;
  if (is_about_quarantine && pool && world_.supervisors.count(what.target) == 0)
    // Pools understand the same messages.
    perform(x, found_child{.supervisor = pool, .id = {}});
  else if (is_about_quarantine)
    find_supervisor(self_, world_.supervisors, what.target, x->end, found,
                    missing);
  else if (what.what == kind::drain && pool)
    self_->request(pool, time_left(*x), drain_atom_v)
        .then([=,
               this] { done(x, "drained pool " + plain_text(x->what.target)); },
              missing);
  else
    find_child(self_, world_.supervisors, what.target, x->end, found, missing);
}

void observer_state::perform(const deed_ptr& x, const found_child& target) {
  auto fail = [this, alive = shared_from_this(), x](caf::error& why) {
    failed(x, std::move(why));
  };
  auto say = [this, alive = shared_from_this(), x](const std::string& text) {
    return [this, alive, x, text] { done(x, text); };
  };
  auto name = plain_text(x->what.target);
  auto& to = target.supervisor;
  switch (x->what.what) {
    case kind::restart:
      restart_child(self_, to, time_left(*x), target.id)
          .then([f = say("restarted " + name)](const caf::actor&) { f(); },
                fail);
      break;
    case kind::stop:
      stop_child(self_, to, time_left(*x), target.id)
          .then(say("stopped " + name), fail);
      break;
    case kind::drain:
      drain(x, target);
      break;
    case kind::kill:
      get_child(self_, to, time_left(*x), target.id)
          .then(
              [this, alive = shared_from_this(),
               f = say("killed " + name)](const caf::actor& child) {
                self_->send_exit(child, caf::exit_reason::kill);
                f();
              },
              fail);
      break;
    case kind::replay:
      replay_message(self_, to, time_left(*x), x->what.number)
          .then(say(fmt::format("sent message {} of {} again", x->what.number,
                                name)),
                fail);
      break;
    case kind::discard:
      discard_message(self_, to, time_left(*x), x->what.number)
          .then(say(fmt::format("discarded message {} of {}", x->what.number,
                                name)),
                fail);
      break;
    case kind::spawn:
      break;
  }
}

void observer_state::drain(const deed_ptr& x, const found_child& target) {
  auto fail = [this, alive = shared_from_this(), x](caf::error& why) {
    failed(x, std::move(why));
  };
  auto look = [=, this, alive = shared_from_this()](const child_info& info,
                                                    const caf::actor&) {
    if (info.waiting_messages == 0 && !info.busy_for) {
      stop_child(self_, target.supervisor, time_left(*x), target.id)
          .then([this, alive,
                 x] { done(x, "drained " + plain_text(x->what.target)); },
                fail);
    } else if (self_->clock().now() >= x->end) {
      failed(x, make_error(caf::sec::request_timeout,
                           fmt::format("{} messages still wait",
                                       info.waiting_messages)));
    } else {
      self_->delayed_send(
          self_, look_again,
          observer_errand{[this, alive, x, target] { drain(x, target); }});
    }
  };
  self_->request(target.supervisor, time_left(*x), probe_atom_v, target.id)
      .then(look, fail);
}

void observer_state::spawn(const deed_ptr& x) {
  auto& type = x->what.target;
  auto types = dynamic_cast<const actor_types*>(&self_->system().config());
  auto maker = types != nullptr ? types->find_actor_type(type) : nullptr;
  if (maker == nullptr) {
    failed(x, make_error(errc::unknown_actor_type,
                         fmt::format("no actor type {} is registered on {}",
                                     plain_text(type), world_.name)));
    return;
  }
  auto start = (*maker)({});
  if (!start) {
    failed(x, make_error(errc::bad_input,
                         fmt::format("actor type {} takes arguments",
                                     plain_text(type))));
    return;
  }
  if (!spawned_) {
    spawned_ = self_->spawn(supervisor, supervisor_spec{});
    add({.name = spawned_root, .who = spawned_});
  }
  auto id = fmt::format("{}-{}", type, ++last_spawned_);
  child_spec spec{
      .id = id, .start = std::move(*start), .restart = restart_type::transient};
  start_child(self_, spawned_, time_left(*x), std::move(spec))
      .then(
          [this, alive = shared_from_this(), x, id](const caf::actor&) {
            done(x, fmt::format("started {}/{}", spawned_root, plain_text(id)));
          },
          [this, alive = shared_from_this(), x](caf::error& why) {
            failed(x, std::move(why));
          });
}

void observer_state::done(const deed_ptr& x, std::string text) {
  note(to_event(x->what, x->who, {}));
  x->promise.deliver(action_outcome{std::move(text)});
}

void observer_state::failed(const deed_ptr& x, caf::error why) {
  if (why == caf::sec::request_timeout)
    why = make_error(caf::sec::request_timeout,
                     fmt::format("{} {} took too long; it may still happen",
                                 to_string(x->what.what),
                                 plain_text(x->what.target)));
  note(to_event(x->what, x->who, why));
  x->promise.deliver(std::move(why));
}

caf::timespan observer_state::time_left(const deed& x) const {
  return std::max<caf::timespan>(x.end - self_->clock().now(), 1ms);
}

} // namespace troupe
