// SPDX-License-Identifier: Apache-2.0

#include "supervision/plan.hpp"

#include <utility>

#include "supervision/strategy.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exit_kind.hpp"

namespace troupe {

using kind = supervision_event::kind;

supervision_plan::supervision_plan(const plan_rules& rules)
    : rules_(rules), ledger_(rules.intensity, rules.scope) {
  // nop
}

std::optional<plan_action> supervision_plan::next() {
  if (taken_ == actions_.size()) {
    actions_.clear();
    taken_ = 0;
    return std::nullopt;
  }
  return std::move(actions_[taken_++]);
}

std::optional<supervision_plan::time_point> supervision_plan::next_deadline() {
  deadlines_.drop_front([this](auto& x) { return is_void(x); });
  return deadlines_.next();
}

// -- what happens to children -------------------------------------------------

bool supervision_plan::started(child_ref who, time_point now) {
  auto x = find(who);
  if (x == nullptr || x->state != child_state::starting)
    return false;
  set_state(*x, child_state::up);
  x->time = now;
  x->born = true;
  report(kind::started, who.place);
  if (std::exchange(x->canceled, false)) {
    begin_stop(who.place, now);
    return true;
  }
  answer_waiting(who.place, true, std::nullopt);
  if (course_ == course::starting && cursor_ == who.place)
    cursor_ = x->next;
  advance(now);
  return true;
}

void supervision_plan::declined(child_ref who, time_point now) {
  auto x = find(who);
  if (x == nullptr || x->state != child_state::starting)
    return;
  auto reason = make_error(errc::child_not_running, "declined to start");
  x->born = true;
  report(kind::ignored, who.place);
  if (std::exchange(x->canceled, false)) {
    after_down(who.place, reason, now);
    return;
  }
  set_state(*x, child_state::empty);
  answer_waiting(who.place, true, errc::child_not_running, reason);
  if (course_ == course::starting && cursor_ == who.place)
    cursor_ = x->next;
  end_for_now(who.place, reason);
  advance(now);
}

void supervision_plan::start_failed(child_ref who, const caf::error& reason,
                                    time_point now, double random) {
  auto x = find(who);
  if (x == nullptr || x->state != child_state::starting)
    return;
  report(kind::start_failed, who.place, reason);
  note_failure(who.place, reason, now);
  if (std::exchange(x->canceled, false) || is_being_stopped(*x)) {
    after_down(who.place, reason, now);
  } else if (waits_for_start(who.place)) {
    // Who asked for the start decides what comes next.
    set_state(*x, child_state::empty);
    answer_waiting(who.place, true, errc::start_failed, reason);
    x->wanted = false;
    auto is_new = !x->born;
    end_for_now(who.place, reason);
    if (is_new && places_.contains(who.place))
      take_out(who.place);
    advance(now);
  } else if (!x->born && !ready_) {
    set_state(*x, child_state::empty);
    actions_.emplace_back(exit_later{errc::start_failed, who, reason});
    begin_exit(now);
  } else {
    fail(who.place, reason, now, random);
  }
}

void supervision_plan::ended(child_ref who, const caf::error& reason,
                             time_point now, double random) {
  if (disowned_.erase(who.generation) > 0)
    return;
  auto x = find(who);
  if (x == nullptr)
    return;
  if (x->state == child_state::stopping) {
    report(kind::stopped, who.place, reason);
    after_down(who.place, reason, now);
  } else if (x->state == child_state::up) {
    report(kind::ended, who.place, reason);
    end(who.place, reason, now, random);
  }
}

void supervision_plan::busy(child_ref who, caf::timespan busy_for,
                            time_point now, double random) {
  auto x = find(who);
  if (x == nullptr || x->state != child_state::up || !x->policy->hang)
    return;
  auto& [longest, policy, grace] = *x->policy->hang;
  if (busy_for < longest) {
    x->stuck = false;
    return;
  }
  auto reason = make_error(errc::child_stuck, "a message takes too long");
  if (!std::exchange(x->stuck, true)) {
    report(kind::stuck, who.place, reason);
    if (policy != stuck_policy::warn)
      actions_.emplace_back(cancel_message{who});
  } else if (policy == stuck_policy::replace && busy_for >= longest + grace) {
    disown(who.place);
    end(who.place, reason, now, random);
  }
}

void supervision_plan::tick(time_point now) {
  while (auto x = deadlines_.pop(now)) {
    if (is_void(*x))
      continue;
    switch (x->what) {
      case deadline::kind::restart:
        launch(x->who.place, now);
        break;
      case deadline::kind::stop:
        stop_overdue(x->who.place, now);
        break;
      case deadline::kind::group:
        course_ = course::starting;
        advance(now);
        break;
    }
  }
}

// -- what follows from it -----------------------------------------------------

/// An incarnation that nobody has asked to stop is gone.
void supervision_plan::end(place_id id, const caf::error& reason,
                           time_point now, double random) {
  auto& x = places_[id];
  note_failure(id, reason, now);
  auto restart = x.policy->restart == restart_type::permanent
                 || (x.policy->restart == restart_type::transient
                     && is_failure(kind_of(reason)));
  if (is_being_stopped(x)) {
    // It would have been stopped anyway.
    after_down(id, reason, now);
  } else if (restart) {
    fail(id, reason, now, random);
  } else {
    auto policy = x.policy;
    set_state(x, child_state::empty);
    end_for_now(id, reason);
    look_at_significance(*policy, now);
    advance(now);
  }
}

/// An incarnation is gone that had been asked to stop, or would have been.
void supervision_plan::after_down(place_id id, const caf::error& reason,
                                  time_point now) {
  auto& x = places_[id];
  auto again = std::exchange(x.again, false);
  x.stage = stop_stage::none;
  set_state(x, child_state::empty);
  answer_waiting(id, false, std::nullopt);
  if (exiting_) {
    actions_.emplace_back(close_place{id, reason});
  } else if (again) {
    x.wanted = true;
    if (!is_ahead(x))
      launch(id, now);
  } else if (!x.wanted
             || (x.policy->restart == restart_type::temporary
                 && !waits_for_start(id))) {
    end_for_now(id, reason);
  }
  advance(now);
}

void supervision_plan::end_for_now(place_id id, const caf::error& reason) {
  actions_.emplace_back(close_place{id, reason});
  if (places_[id].policy->restart == restart_type::temporary
      || !keeps_places(rules_.strategy))
    take_out(id);
}

void supervision_plan::fail(place_id id, const caf::error& reason,
                            time_point now, double random) {
  auto& x = places_[id];
  auto before = x.state;
  auto delay = ledger_.book(x, now, random);
  set_state(x, child_state::empty);
  if (!delay) {
    report_budget(kind::exhausted, id, reason, {}, now);
    actions_.emplace_back(
        exit_later{errc::restarts_exhausted, {id, x.generation}, reason});
    begin_exit(now);
    return;
  }
  report_budget(kind::restarting, id, reason, *delay, now);
  auto first = first_of_group(rules_.strategy, places_, id);
  if (!first)
    restart_alone(id, before, *delay, now);
  else if (before == child_state::starting)
    try_group_again(id, *delay, now);
  else
    begin_group(*first, *delay, now);
}

void supervision_plan::restart_alone(place_id id, child_state before,
                                     caf::timespan delay, time_point now) {
  if (before == child_state::up && delay == caf::timespan{0}) {
    launch(id, now);
    return;
  }
  set_state(places_[id], child_state::waiting);
  set_deadline(deadline::kind::restart, id, now + delay);
}

void supervision_plan::look_at_significance(const child_policy& policy,
                                            time_point now) {
  if (policy.significant != significance::significant)
    return;
  if (rules_.shutdown == auto_shutdown::never
      || (rules_.shutdown == auto_shutdown::all_significant
          && (significant_running_ > 0 || is_significant_ahead())))
    return;
  actions_.emplace_back(exit_quietly{});
  begin_exit(now);
}

// -- helpers ------------------------------------------------------------------

place* supervision_plan::find(child_ref who) {
  if (!places_.contains(who.place)
      || places_[who.place].generation != who.generation)
    return nullptr;
  return &places_[who.place];
}

void supervision_plan::set_state(place& x, child_state state) {
  auto book = [this, &x](auto change) {
    if (x.state != child_state::empty
        && x.policy->significant == significance::significant)
      significant_running_ += change;
    if (x.state != child_state::empty && x.state != child_state::waiting)
      running_ += change;
    if (x.state == child_state::up)
      up_ += change;
  };
  book(size_t{0} - 1);
  x.state = state;
  book(size_t{1});
}

void supervision_plan::launch(place_id id, time_point now) {
  auto& x = places_[id];
  restart_ledger::launched(x, now);
  x.generation = ++last_generation_;
  x.stuck = false;
  if (x.born)
    ++restarts_;
  set_state(x, child_state::starting);
  actions_.emplace_back(launch_child{{id, x.generation}, x.is_moved()});
}

void supervision_plan::note_failure(place_id id, const caf::error& reason,
                                    time_point now) {
  if (!is_failure(kind_of(reason)))
    return;
  auto& x = places_[id];
  auto& history = restart_ledger::history(x);
  history.last_failure = reason;
  if (!x.policy->escalation || history.moved)
    return;
  // The last of the failures is the one that is not tolerated.
  auto tolerated = *x.policy->escalation;
  --tolerated.restarts;
  if (!history.failures)
    history.failures.emplace(tolerated);
  if (history.failures->spend(now))
    return;
  history.moved = true;
  report(kind::moved, id, reason);
}

void supervision_plan::report(kind what, place_id id,
                              const caf::error& reason) {
  actions_.emplace_back(
      report_child{what, {id, places_[id].generation}, reason});
}

void supervision_plan::report_budget(kind what, place_id id,
                                     const caf::error& reason,
                                     caf::timespan delay, time_point now) {
  auto& x = places_[id];
  actions_.emplace_back(report_child{what,
                                     {id, x.generation},
                                     reason,
                                     ledger_.spent(x, now),
                                     ledger_.limit(),
                                     delay});
}

} // namespace troupe
