// SPDX-License-Identifier: Apache-2.0

#include "pool/pool_impl.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "caf/actor_cast.hpp"
#include "caf/atom.hpp"
#include "caf/exit_reason.hpp"
#include "caf/send.hpp"

#include "base/later.hpp"
#include "location/memory_question.hpp"
#include "pool/doubt.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/scheduling/cancel_token.hpp"
#include "troupe/scheduling/trace_switch.hpp"

// The part of `pool::impl` that carries out what was decided.

namespace troupe {

namespace {

/// How long a worker in doubt may take to show that it lives.
constexpr auto probe_timeout = std::chrono::seconds{1};

} // namespace

void pool::impl::perform() {
  // A starter that is done at once gets here while actions are carried out.
  if (activity_ != activity::idle)
    return;
  activity_ = activity::performing;
  while (auto action = dispatch_.next())
    std::visit([this](auto& x) { carry_out(x); }, *action);
  activity_ = activity::idle;
  if (dispatch_.idle())
    for (auto& x : std::exchange(drains_, {}))
      x.answer(self_ptr(), caf::message{}, context());
  if (!room_waiters_.empty() && dispatch_.has_room(now()))
    for (auto& x : std::exchange(room_waiters_, {}))
      x.answer(self_ptr(), caf::message{}, context());
  arm_deadline();
  arm_look();
}

void pool::impl::carry_out(const assign_task& x) {
  auto& task = tasks_.at(x.task);
  if (!x.second) {
    forget_request(task);
    forget_withheld(x.task);
  }
  auto mid = self_->new_request_id(caf::message_priority::normal);
  auto id = mid.request_id().integer_value();
  (task.request ? task.second_request : task.request) = id;
  requests_.emplace(id, request_entry{x.slot, x.task});
  trace_switch as_asked{task.trace};
  places_.at(x.slot).worker->enqueue(
      caf::make_mailbox_element(self_ptr(), mid, {}, task.content), context());
}

void pool::impl::carry_out(const release_reply& x) {
  auto i = withheld_.find({x.task, x.slot});
  auto reply = std::move(i->second);
  withheld_.erase(i);
  answer(x.task, self_ptr(), std::move(reply));
}

void pool::impl::carry_out(const fail_task& x) {
  if (!x.history.empty())
    set_aside(tasks_.at(x.task), x.history);
  answer(x.task, self_ptr(), caf::make_message(x.reason));
}

void pool::impl::carry_out(const abandon_task& x) {
  answer(x.task, self_ptr(), caf::make_message(x.reason));
}

void pool::impl::carry_out(const drop_task& x) {
  forget_withheld(x.task);
  take_out(x.task);
}

void pool::impl::carry_out(const interrupt_worker& x) {
  auto& worker = places_.at(x.who.slot).worker;
  request_cancel(caf::actor_cast<caf::actor>(worker), x.at_least);
  if (x.again && activity_ != activity::abandoning)
    self_->delayed_send(self_, *x.again, cancel_atom_v, x.who.slot,
                        x.who.generation);
}

void pool::impl::carry_out(const replace_worker& x) {
  send_exit_to(places_.at(x.who.slot).worker, caf::exit_reason::kill);
}

void pool::impl::carry_out(const delay_start& x) {
  self_->delayed_send(self_, at_most_a_year(x.delay), start_atom_v, x.who.slot,
                      x.who.generation);
}

void pool::impl::carry_out(const start_worker& x) {
  auto done = [weak = weak_from_this(),
               who = x.who](caf::expected<caf::actor> worker) {
    if (auto ptr = weak.lock())
      ptr->start_ended(who, std::move(worker));
    else if (worker)
      caf::anon_send_exit(*worker, caf::exit_reason::user_shutdown);
  };
  try {
    places_.at(x.who.slot)
        .start(
            starts_,
            {.generation = x.who.generation, .timeout = options_.start_timeout},
            done);
  } catch (const std::exception& e) {
    done(make_error(errc::unhandled_exception, e.what()));
  }
}

void pool::impl::carry_out(const probe_worker& x) {
  auto worker = caf::actor_cast<caf::actor>(places_.at(x.who.slot).worker);
  auto alive = [this, who = x.who] {
    dispatch_.proved_alive(who, now());
    perform();
  };
  self_
      ->request<caf::message_priority::high>(worker, probe_timeout,
                                             caf::sys_atom_v, caf::get_atom_v,
                                             std::string{"info"})
      .then([alive](caf::ok_atom, const std::string&,
                    const caf::strong_actor_ptr&,
                    const std::string&) { alive(); },
            [this, alive, who = x.who](const caf::error& reason) {
              // Dead: a notice that says why is on its way, or was lost.
              if (doubt_about(reason))
                self_->delayed_send(self_, probe_timeout, probe_atom_v,
                                    who.slot, who.generation);
              else
                alive();
            });
}

void pool::impl::carry_out(const measure_worker& x) {
  if (x.delay > caf::timespan{0})
    self_->delayed_send(self_, x.delay, watch_atom_v, x.who.slot,
                        x.who.generation);
  else
    measure(x.who);
}

void pool::impl::measure(incarnation who) {
  auto i = places_.find(who.slot);
  if (i == places_.end() || i->second.generation != who.generation
      || !i->second.worker)
    return;
  auto done = [this, who](std::optional<uint64_t> bytes) {
    dispatch_.measured(who, bytes, now());
    perform();
  };
  self_
      ->request<caf::message_priority::high>(
          caf::actor_cast<caf::actor>(i->second.worker), probe_timeout,
          memory_question{})
      .then([done](uint64_t bytes) { done(bytes); },
            [done](const caf::error&) { done(std::nullopt); });
}

void pool::impl::carry_out(const stop_worker& x) {
  auto& target = places_.at(x.who.slot);
  send_exit_to(target.worker, caf::exit_reason::user_shutdown);
  // A worker that comes up while the pool stops is told once more, but its time
  // runs already.
  if (activity_ == activity::abandoning
      || std::exchange(target.stop_armed, x.who.generation) == x.who.generation)
    return;
  self_->delayed_send(self_, at_most_a_year(options_.stop_timeout), stop_atom_v,
                      x.who.slot, x.who.generation);
}

void pool::impl::carry_out(const kill_worker& x) {
  send_exit_to(places_.at(x.slot).worker, caf::exit_reason::kill);
}

void pool::impl::carry_out(const remove_slot& x) {
  places_.erase(x.slot);
}

void pool::impl::carry_out(const report_event& x) {
  for (auto& watcher : watchers_)
    watcher->enqueue(self_ptr(), caf::make_message_id(),
                     caf::make_message(x.event), context());
}

void pool::impl::carry_out(const add_worker&) {
  add(options_.elastic->worker);
}

void pool::impl::carry_out(const all_stopped&) {
  if (exit_reason_)
    self_->quit(*exit_reason_);
}

} // namespace troupe
