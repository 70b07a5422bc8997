// SPDX-License-Identifier: Apache-2.0

// What `supervision_plan` does on request, and what it tells of itself.

#include <algorithm>
#include <utility>

#include "supervision/plan.hpp"
#include "supervision/strategy.hpp"
#include "troupe/base/errc.hpp"

#include "caf/exit_reason.hpp"

namespace troupe {

place_id supervision_plan::add(std::shared_ptr<const child_policy> policy) {
  if (policy->kind == child_kind::supervisor)
    ++supervisors_;
  return places_.add(std::move(policy));
}

std::optional<place_id> supervision_plan::start(
    call_id call, std::shared_ptr<const child_policy> policy, time_point now) {
  if (exiting_) {
    answer(call, place::none, errc::supervisor_stopping);
    return std::nullopt;
  }
  auto result = add(std::move(policy));
  wait(call, result, true);
  if (course_ == course::steady)
    launch(result, now);
  else if (course_ == course::pausing && cursor_ == place::none)
    cursor_ = result;
  return result;
}

void supervision_plan::stop(call_id call, place_id id, time_point now) {
  auto& x = places_[id];
  x.wanted = false;
  x.again = false;
  answer_waiting(id, true, errc::child_not_running);
  switch (x.state) {
    case child_state::empty:
    case child_state::waiting:
      set_state(x, child_state::empty);
      answer(call, id, std::nullopt);
      end_for_now(id, make_error(caf::exit_reason::user_shutdown));
      return;
    case child_state::up:
      begin_stop(id, now);
      break;
    case child_state::starting:
      cancel_start(id);
      break;
    case child_state::stopping:
      break;
  }
  wait(call, id, false);
}

void supervision_plan::restart(call_id call, place_id id, time_point now) {
  auto& x = places_[id];
  if (exiting_) {
    answer(call, id, errc::supervisor_stopping);
    return;
  }
  switch (x.state) {
    case child_state::empty:
    case child_state::waiting:
      set_state(x, child_state::empty);
      x.wanted = true;
      wait(call, id, true);
      if (!is_ahead(x))
        launch(id, now);
      break;
    case child_state::up:
      wait(call, id, true);
      // A group that is being stopped starts the child again anyway.
      if (is_being_stopped(x))
        break;
      x.again = true;
      begin_stop(id, now);
      break;
    case child_state::starting:
    case child_state::stopping:
      answer(call, id, errc::child_busy);
      break;
  }
}

void supervision_plan::remove(call_id call, place_id id) {
  auto& x = places_[id];
  if (x.state != child_state::empty && x.state != child_state::waiting) {
    answer(call, id, errc::child_running);
    return;
  }
  set_state(x, child_state::empty);
  answer(call, id, std::nullopt);
  actions_.emplace_back(
      close_place{id, make_error(caf::exit_reason::user_shutdown)});
  take_out(id);
}

// -- answers ------------------------------------------------------------------

void supervision_plan::wait(call_id call, place_id x, bool for_start) {
  calls_[x].push_back({call, for_start});
}

void supervision_plan::answer(call_id call, place_id x,
                              std::optional<errc> code,
                              const caf::error& reason) {
  actions_.emplace_back(answer_call{call, x, code, reason});
}

void supervision_plan::answer_waiting(place_id id, bool for_start,
                                      std::optional<errc> code,
                                      const caf::error& reason) {
  if (calls_.empty())
    return;
  auto i = calls_.find(id);
  if (i == calls_.end())
    return;
  auto& waiting = i->second;
  auto answered = [&](const waiting_call& x) {
    if (x.for_start != for_start)
      return false;
    answer(x.id, id, code, reason);
    return true;
  };
  waiting.erase(std::remove_if(waiting.begin(), waiting.end(), answered),
                waiting.end());
  if (waiting.empty())
    calls_.erase(i);
}

void supervision_plan::answer_all_starts(errc code) {
  std::vector<place_id> all;
  for (auto& [id, calls] : calls_)
    all.push_back(id);
  for (auto id : all)
    answer_waiting(id, true, code);
}

bool supervision_plan::waits_for_start(place_id x) const {
  auto i = calls_.find(x);
  return i != calls_.end()
         && std::any_of(i->second.begin(), i->second.end(),
                        [](auto& call) { return call.for_start; });
}

void supervision_plan::take_out(place_id id) {
  answer_waiting(id, true, errc::child_not_running);
  answer_waiting(id, false, std::nullopt);
  step_past(id);
  report(supervision_event::kind::removed, id);
  if (places_[id].policy->kind == child_kind::supervisor)
    --supervisors_;
  actions_.emplace_back(remove_place{id});
  places_.remove(id);
}

// -- observers ----------------------------------------------------------------

void supervision_plan::describe(place_id id, time_point now,
                                child_info& result) const {
  auto& x = places_[id];
  auto wait_until = [&](time_point due) {
    result.state = child_state::waiting;
    result.next_start = std::max(due - now, caf::timespan{0});
  };
  result.state = x.state;
  result.is_supervisor = x.policy->kind == child_kind::supervisor;
  result.generation = x.generation;
  result.restarts = ledger_.spent(x, now);
  if (auto limit = ledger_.limit())
    result.limit = *limit;
  if (x.history)
    result.last_failure = x.history->last_failure;
  if (x.state == child_state::waiting)
    wait_until(x.time);
  else if (x.state == child_state::empty && x.wanted && !exiting_
           && is_ahead(x))
    wait_until(course_ == course::pausing ? group_due_ : now);
}

child_counts supervision_plan::counts() const {
  return {.specs = places_.size(),
          .active = up_,
          .supervisors = supervisors_,
          .workers = places_.size() - supervisors_,
          .disowned = disowned_.size(),
          .restarts = restarts_};
}

} // namespace troupe
