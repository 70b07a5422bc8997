// SPDX-License-Identifier: Apache-2.0

// How `supervisor_state` carries out what was decided.

#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/exit_reason.hpp"

#include "supervision/activity.hpp"
#include "supervision/supervisor_state.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"
#include "troupe/base/exit_kind.hpp"
#include "troupe/scheduling/cancel_token.hpp"

namespace troupe {

void supervisor_state::carry_out(const launch_child& x) {
  auto& y = residents_[x.who.place];
  if (!y.handle)
    y.handle = child_handle::make(
        self_->home_system(),
        {.max_waiting = y.spec->max_waiting,
         .mailbox = y.spec->mailbox,
         .in_flight = y.spec->in_flight,
         .supervisor = caf::actor_cast<caf::weak_actor_ptr>(self_),
         .key = key_of(x.who.place)});
  start_context context{
      .child = *y.id,
      .generation = x.who.generation,
      .timeout = start_timeout_of(*y.spec),
      .checkpoint = y.checkpoint,
      .max_checkpoint_bytes = y.spec->max_checkpoint_bytes,
      .hooks = y.handle->hooks(),
      .watched = y.spec->hang.has_value(),
  };
  auto done = [this, weak = weak_from_this(),
               who = x.who](caf::expected<caf::actor> result) {
    if (auto alive = weak.lock())
      start_ended(who, std::move(result));
  };
  auto& start = x.moved ? y.spec->escalation->start : y.spec->start;
  try {
    start(desk_, std::move(context), std::move(done));
  } catch (...) {
    auto eptr = std::current_exception();
    start_ended(x.who, exception_reason(eptr));
  }
}

void supervisor_state::carry_out(const cancel_launch& x) {
  // Only a supervisor can be called back while it starts. Other starts end by
  // themselves or by their timeout.
  tell_to_exit(residents_[x.who.place].incarnation,
               caf::exit_reason::user_shutdown);
}

void supervisor_state::carry_out(const ask_child_to_exit& x) {
  tell_to_exit(residents_[x.who.place].incarnation,
               caf::exit_reason::user_shutdown);
}

void supervisor_state::carry_out(const kill_child& x) {
  tell_to_exit(residents_[x.who.place].incarnation, caf::exit_reason::kill);
}

void supervisor_state::carry_out(const cancel_message& x) {
  auto& y = residents_[x.who.place];
  // Not of a message that has come meanwhile.
  if (y.incarnation && y.spec->hang)
    request_cancel(y.incarnation, y.spec->hang->longest);
}

void supervisor_state::carry_out(const disown_child& x) {
  auto& y = residents_[x.who.place];
  activity_ = activity_of(y.incarnation);
  tell_to_exit(y.incarnation, caf::exit_reason::kill);
  y.incarnation = nullptr;
  if (y.handle)
    y.handle->unbind(x.who.generation);
}

void supervisor_state::carry_out(const close_place& x) {
  if (auto handle = std::exchange(residents_[x.place].handle, nullptr))
    handle->close(x.reason);
}

void supervisor_state::carry_out(const remove_place& x) {
  auto& y = residents_[x.place];
  hasty_.erase(x.place);
  if (auto i = index_.find(*y.id); i != index_.end())
    index_.erase(i);
  y = resident{};
}

void supervisor_state::carry_out(const answer_call& x) {
  auto i = calls_.find(x.call);
  if (i == calls_.end())
    return;
  auto [promise, wants_handle] = std::move(i->second);
  calls_.erase(i);
  if (x.code) {
    auto text =
        x.place == place::none || residents_[x.place].id == nullptr
            ? to_string(*x.code)
            : fmt::format("child '{}': {}", *residents_[x.place].id,
                          x.reason ? describe(x.reason) : to_string(*x.code));
    promise.deliver(make_error(*x.code, std::move(text)));
  } else if (!wants_handle) {
    promise.deliver(caf::unit);
  } else {
    promise.deliver(residents_[x.place].handle->handle());
  }
}

void supervisor_state::carry_out(const report_child& x) {
  using kind = supervision_event::kind;
  auto& y = residents_[x.who.place];
  if (x.what == kind::started && y.spec->kind == child_kind::supervisor) {
    for (auto& w : watchers_)
      tell_of_start(w, x.who.place);
    return;
  }
  if (watchers_.empty())
    return;
  supervision_event event{.what = x.what,
                          .child = *y.id,
                          .generation = x.who.generation,
                          .reason = x.reason,
                          .restarts = x.restarts,
                          .delay = x.delay,
                          .type = y.spec->id};
  if (x.limit)
    event.limit = *x.limit;
  if (x.what == kind::ended || x.what == kind::stopped) {
    event.death = death_;
    event.work = work_;
  } else if (x.what == kind::start_failed)
    event.death = to_string(explain(x.reason));
  if (x.what == kind::ended)
    event.last_messages = last_messages_;
  else if (x.what == kind::stuck || x.what == kind::overdue)
    event.activity = activity_of(y.incarnation);
  else if (x.what == kind::disowned)
    event.activity = activity_;
  emit(std::move(event));
}

void supervisor_state::carry_out(const all_started&) {
  ready_ = true;
  for (auto& x : std::exchange(ready_calls_, {}))
    x.deliver(caf::unit);
}

void supervisor_state::carry_out(const exit_later& x) {
  auto& id = *residents_[x.who.place].id;
  auto text =
      x.code == errc::restarts_exhausted
          ? fmt::format("child '{}' failed too often, at last: {}", id,
                        describe(x.reason))
          : fmt::format("child '{}' did not start: {}", id, describe(x.reason));
  exit_reason_ = make_error(x.code, std::move(text));
}

void supervisor_state::carry_out(const exit_quietly&) {
  exit_reason_ = make_error(caf::exit_reason::user_shutdown);
  emit({.what = supervision_event::kind::auto_shutdown});
}

void supervisor_state::carry_out(const exit_now&) {
  refuse_ready();
  self_->quit(*exit_reason_);
}

// -- helpers ------------------------------------------------------------------

// Ahead of what waits in the child's mailbox.
void supervisor_state::tell_to_exit(const caf::actor& x,
                                    caf::exit_reason reason) {
  if (x)
    x->enqueue(
        nullptr, caf::make_message_id(caf::message_priority::high),
        caf::make_message(caf::exit_msg{self_->address(), make_error(reason)}),
        self_->context());
}

void supervisor_state::refuse_ready() {
  auto why =
      exit_reason_ && is_failure(kind_of(*exit_reason_))
          ? *exit_reason_
          : make_error(errc::supervisor_stopping, "the supervisor has stopped");
  for (auto& x : std::exchange(ready_calls_, {}))
    x.deliver(why);
}

void supervisor_state::emit(supervision_event x) {
  for (auto& w : watchers_) {
    auto event = x;
    event.child = w.path + event.child;
    event.type = w.path + event.type;
    self_->send(w.who, std::move(event));
  }
}

uint64_t supervisor_state::key_of(place_id place) const {
  return uint64_t{residents_[place].serial} << 32 | place;
}

void supervisor_state::notice(handle_report& x) {
  using kind = supervision_event::kind;
  auto place = static_cast<place_id>(x.key);
  if (place >= residents_.size() || residents_[place].spec == nullptr
      || key_of(place) != x.key)
    return;
  supervision_event event{.child = *residents_[place].id,
                          .generation = x.generation,
                          .reason = x.reason,
                          .type = residents_[place].spec->id};
  switch (x.what) {
    case handle_notice::in_flight_lost:
      event.what = kind::message_lost;
      break;
    case handle_notice::in_flight_retried:
      event.what = kind::message_retried;
      break;
    case handle_notice::in_flight_quarantined: {
      event.what = kind::quarantined;
      if (!x.message)
        return;
      x.message->child = event.child;
      auto oldest = quarantine_.add(std::move(*x.message));
      emit(event);
      if (!oldest)
        return;
      event.what = kind::forgotten;
      event.child = oldest->child;
      break;
    }
    case handle_notice::refused:
      event.what = kind::message_refused;
      break;
    case handle_notice::discarded:
      event.what = kind::messages_discarded;
      break;
  }
  emit(std::move(event));
}

} // namespace troupe
