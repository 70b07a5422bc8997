// SPDX-License-Identifier: Apache-2.0

// The passes of `supervision_plan` over all children or a group of them.

#include <algorithm>
#include <utility>

#include "supervision/plan.hpp"
#include "supervision/strategy.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

using kind = supervision_event::kind;

void supervision_plan::begin(time_point now) {
  course_ = course::starting;
  cursor_ = places_.first();
  group_begin_ = 0;
  advance(now);
}

void supervision_plan::shut_down(time_point now) {
  if (!exiting_)
    begin_exit(now);
}

void supervision_plan::begin_group(place_id first, caf::timespan delay,
                                   time_point now) {
  auto begin = places_[first].position;
  auto due = now + delay;
  if (course_ != course::steady) {
    begin = std::min(begin, group_begin_);
    due = std::max(due, group_due_);
  }
  group_begin_ = begin;
  group_due_ = due;
  course_ = course::stopping;
  cursor_ = places_.last();
  advance(now);
}

/// A child did not start: those before it stay, those after it wait.
void supervision_plan::try_group_again(place_id id, caf::timespan delay,
                                       time_point now) {
  course_ = course::pausing;
  cursor_ = id;
  group_due_ = now + delay;
  deadlines_.push({group_due_, deadline::kind::group, {}});
}

void supervision_plan::begin_exit(time_point now) {
  exiting_ = true;
  answer_all_starts(errc::supervisor_stopping);
  course_ = course::stopping;
  group_begin_ = 0;
  cursor_ = places_.last();
  if (stops_in_parallel(rules_.strategy))
    stop_all(now);
  advance(now);
}

void supervision_plan::advance(time_point now) {
  if (course_ == course::stopping)
    advance_stop(now);
  if (course_ == course::starting)
    advance_start(now);
}

void supervision_plan::advance_stop(time_point now) {
  if (exiting_ && stops_in_parallel(rules_.strategy)) {
    exit_if_stopped();
    return;
  }
  while (cursor_ != place::none && places_[cursor_].position >= group_begin_) {
    if (!stop_at_cursor(now))
      return;
    cursor_ = places_[cursor_].previous;
  }
  if (exiting_) {
    exit_if_stopped();
    return;
  }
  cursor_ = cursor_ == place::none ? places_.first() : places_[cursor_].next;
  if (group_due_ <= now) {
    course_ = course::starting;
  } else {
    course_ = course::pausing;
    deadlines_.push({group_due_, deadline::kind::group, {}});
  }
}

/// @returns whether there is nothing to wait for.
bool supervision_plan::stop_at_cursor(time_point now) {
  auto& x = places_[cursor_];
  switch (x.state) {
    case child_state::empty:
      return true;
    case child_state::waiting:
      set_state(x, child_state::empty);
      return true;
    case child_state::up:
      begin_stop(cursor_, now);
      return false;
    case child_state::starting:
      cancel_start(cursor_);
      return false;
    case child_state::stopping:
      break;
  }
  return false;
}

void supervision_plan::advance_start(time_point now) {
  while (cursor_ != place::none) {
    auto& x = places_[cursor_];
    if (x.state == child_state::starting)
      return;
    if (x.state == child_state::empty && x.wanted) {
      launch(cursor_, now);
      return;
    }
    cursor_ = x.next;
  }
  course_ = course::steady;
  if (!std::exchange(ready_, true))
    actions_.emplace_back(all_started{});
}

void supervision_plan::step_past(place_id id) {
  if (cursor_ != id)
    return;
  auto& x = places_[id];
  cursor_ = course_ == course::stopping ? x.previous : x.next;
}

bool supervision_plan::in_group(const place& x) const {
  return course_ != course::steady && x.position >= group_begin_;
}

/// Whether a pass that is under way stops `x`, or is going to.
bool supervision_plan::is_being_stopped(const place& x) const {
  return exiting_ || (course_ == course::stopping && in_group(x));
}

/// Whether a pass that is under way is going to start `x`.
bool supervision_plan::is_ahead(const place& x) const {
  if (!in_group(x))
    return false;
  return course_ == course::stopping
         || (cursor_ != place::none && x.position >= places_[cursor_].position);
}

/// Whether a pass that is under way is going to start a significant child.
bool supervision_plan::is_significant_ahead() const {
  if (course_ == course::steady)
    return false;
  for (auto id = places_.first(); id != place::none; id = places_[id].next) {
    auto& x = places_[id];
    if (x.state == child_state::empty && x.wanted && is_ahead(x)
        && x.policy->significant == significance::significant)
      return true;
  }
  return false;
}

// -- how a child is stopped ---------------------------------------------------

void supervision_plan::begin_stop(place_id id, time_point now) {
  auto& x = places_[id];
  child_ref who{id, x.generation};
  auto limit = x.policy->shutdown.limit();
  set_state(x, child_state::stopping);
  if (x.policy->shutdown.kills_at_once()) {
    x.stage = stop_stage::killed;
    limit = rules_.kill_timeout;
    actions_.emplace_back(kill_child{who});
  } else {
    x.stage = stop_stage::asked;
    actions_.emplace_back(ask_child_to_exit{who});
  }
  if (limit)
    set_deadline(deadline::kind::stop, id, now + *limit);
}

void supervision_plan::set_deadline(deadline::kind what, place_id id,
                                    time_point due) {
  auto& x = places_[id];
  x.time = due;
  deadlines_.push({due, what, {id, x.generation}});
}

void supervision_plan::cancel_start(place_id id) {
  auto& x = places_[id];
  if (!std::exchange(x.canceled, true))
    actions_.emplace_back(cancel_launch{{id, x.generation}});
}

void supervision_plan::stop_overdue(place_id id, time_point now) {
  auto& x = places_[id];
  if (x.stage == stop_stage::asked) {
    report(kind::overdue, id);
    x.stage = stop_stage::killed;
    actions_.emplace_back(kill_child{{id, x.generation}});
    set_deadline(deadline::kind::stop, id, now + rules_.kill_timeout);
    return;
  }
  disown(id);
  after_down(id, make_error(errc::child_stuck, "does not end"), now);
}

void supervision_plan::stop_all(time_point now) {
  for (auto id = places_.first(); id != place::none; id = places_[id].next) {
    cursor_ = id;
    stop_at_cursor(now);
  }
}

void supervision_plan::exit_if_stopped() {
  if (running_ > 0 || std::exchange(exited_, true))
    return;
  actions_.emplace_back(exit_now{});
}

void supervision_plan::disown(place_id id) {
  auto& x = places_[id];
  disowned_.insert(x.generation);
  // Those who hear of it may send at once: not to the one given up.
  actions_.emplace_back(disown_child{{id, x.generation}});
  report(kind::disowned, id);
}

bool supervision_plan::is_void(const deadline& x) const {
  auto present = [this, &x](child_state state) {
    if (!places_.contains(x.who.place))
      return false;
    auto& y = places_[x.who.place];
    return y.generation == x.who.generation && y.state == state
           && y.time == x.time;
  };
  switch (x.what) {
    case deadline::kind::restart:
      return exiting_ || !present(child_state::waiting);
    case deadline::kind::stop:
      return !present(child_state::stopping);
    case deadline::kind::group:
      return course_ != course::pausing || group_due_ != x.time;
  }
  return true;
}

} // namespace troupe
