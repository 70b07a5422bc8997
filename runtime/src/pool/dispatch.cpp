// SPDX-License-Identifier: Apache-2.0

#include "pool/dispatch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "pool/restart_delay.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// Whether the node of a worker is gone. Whoever added the slot adds a new one
/// when the node is back.
bool node_is_gone(const caf::error& reason) {
  return reason == make_error(errc::link_lost)
         || reason == make_error(errc::unknown_node);
}

} // namespace

std::optional<pool_action> dispatch::next() {
  if (taken_ == actions_.size()) {
    actions_.clear();
    taken_ = 0;
    return std::nullopt;
  }
  return std::move(actions_[taken_++]);
}

// -- tasks --------------------------------------------------------------------

void dispatch::submit(task_key task, time_point now) {
  if (auto reason = refusal()) {
    ++counts_.refused;
    actions_.push_back(fail_task{task, std::move(*reason)});
    return;
  }
  // While tasks wait, nobody has credit: it only grows with an answer.
  auto i = queue_.empty() ? router_.pick(slots_, now) : slots_.end();
  if (i != slots_.end()) {
    ++counts_.accepted;
    assign(i, {task}, now);
  } else if (queue_.size() < limits_.max_queued) {
    ++counts_.accepted;
    queue_.push_back({task});
  } else {
    ++counts_.refused;
    auto text = fmt::format("{} tasks wait, limit {}", queue_.size(),
                            limits_.max_queued);
    actions_.push_back(
        fail_task{task, make_error(errc::queue_full, std::move(text))});
  }
}

bool dispatch::replied(size_t number, task_key task, time_point now) {
  auto i = slots_.find(number);
  if (i == slots_.end() || !i->second.work.finish(task, now))
    return false;
  --outstanding_;
  ++counts_.completed;
  stop_if_done(i);
  assign_waiting(now);
  return true;
}

bool dispatch::doubted(size_t number, task_key task, doubt why,
                       time_point now) {
  auto i = slots_.find(number);
  if (i == slots_.end() || !i->second.work.suspect(task, why, now))
    return false;
  auto& x = i->second;
  if (x.state == slot_state::up) {
    x.state = slot_state::suspect;
    x.work.begin_probe();
    actions_.push_back(probe_worker{{number, x.generation}});
  }
  return true;
}

// -- workers ------------------------------------------------------------------

size_t dispatch::add_slot(std::string node) {
  auto number = next_slot_++;
  slots_.emplace(number, slot{.node = std::move(node),
                              .budget = restart_budget{limits_.intensity}});
  if (phase_ == phase::fresh)
    phase_ = phase::running;
  actions_.push_back(start_worker{{number, 1}});
  return number;
}

bool dispatch::withdraw(size_t number) {
  auto i = slots_.find(number);
  if (i == slots_.end())
    return false;
  auto& x = i->second;
  x.duty = slot_duty::leaving;
  if (x.state == slot_state::waiting)
    remove(i);
  else
    stop_if_done(i);
  fail_waiting_if_hopeless();
  return true;
}

void dispatch::wake(incarnation who) {
  auto i = find(who);
  if (i == slots_.end() || i->second.state != slot_state::waiting)
    return;
  i->second.state = slot_state::starting;
  actions_.push_back(start_worker{who});
}

bool dispatch::started(incarnation who, time_point now) {
  auto i = find(who);
  if (i == slots_.end() || i->second.state != slot_state::starting)
    return false;
  i->second.state = slot_state::up;
  if (phase_ == phase::stopping || i->second.duty == slot_duty::leaving) {
    tell_to_exit(i);
    return true;
  }
  report(pool_event::kind::up, i);
  assign_waiting(now);
  return true;
}

void dispatch::start_failed(incarnation who, const caf::error& reason,
                            time_point now, double random) {
  auto i = find(who);
  if (i == slots_.end() || i->second.state != slot_state::starting)
    return;
  after_loss(i, reason, now, random);
}

void dispatch::proved_alive(incarnation who, time_point now) {
  auto i = find(who);
  if (i == slots_.end() || i->second.state != slot_state::suspect)
    return;
  auto& x = i->second;
  for (auto task : x.work.end_probe()) {
    --outstanding_;
    ++counts_.completed;
    actions_.push_back(release_reply{task});
  }
  if (x.work.begin_probe()) {
    actions_.push_back(probe_worker{who});
    return;
  }
  x.state = slot_state::up;
  stop_if_done(i);
  assign_waiting(now);
}

void dispatch::down(incarnation who, const caf::error& reason, time_point now,
                    double random) {
  auto i = find(who);
  if (i == slots_.end())
    return;
  if (i->second.state == slot_state::stopping)
    remove(i);
  else
    after_loss(i, reason, now, random);
}

void dispatch::stop_expired(incarnation who) {
  auto i = find(who);
  if (i == slots_.end() || i->second.state != slot_state::stopping)
    return;
  actions_.push_back(kill_worker{who.slot});
  remove(i);
}

void dispatch::stop() {
  if (phase_ == phase::stopping)
    return;
  phase_ = phase::stopping;
  auto reason = make_error(errc::pool_stopped, "the pool was told to stop");
  for (auto& [number, x] : slots_)
    for (auto& task : x.work.lose().first)
      fail(task.key, reason);
  outstanding_ = 0;
  for (auto& task : queue_)
    fail(task.key, reason);
  queue_.clear();
  if (slots_.empty())
    actions_.push_back(all_stopped{});
  for (auto i = slots_.begin(); i != slots_.end();) {
    auto current = i++;
    auto state = current->second.state;
    if (state == slot_state::waiting)
      remove(current);
    else if (state == slot_state::up || state == slot_state::suspect)
      tell_to_exit(current);
  }
}

// -- observers ----------------------------------------------------------------

pool_stats dispatch::stats() const {
  auto result = counts_;
  for (auto& [number, x] : slots_)
    if (x.state == slot_state::up || x.state == slot_state::suspect)
      ++result.workers;
  result.queued = queue_.size();
  result.outstanding = outstanding_;
  return result;
}

// -- assignment
// -----------------------------------------------------------------

void dispatch::assign(slot_map::iterator i, counted_task task, time_point now) {
  i->second.work.hand(task, now);
  ++outstanding_;
  actions_.push_back(assign_task{i->first, task.key});
}

void dispatch::assign_waiting(time_point now) {
  while (!queue_.empty()) {
    auto i = router_.pick(slots_, now);
    if (i == slots_.end())
      return;
    assign(i, queue_.front(), now);
    queue_.pop_front();
  }
}

// -- failure ------------------------------------------------------------------

std::optional<caf::error> dispatch::refusal() const {
  auto hope = [](auto& x) { return is_hope(x.second); };
  switch (phase_) {
    case phase::fresh:
      return std::nullopt;
    case phase::running:
      if (std::any_of(slots_.begin(), slots_.end(), hope))
        return std::nullopt;
      return make_error(errc::no_workers,
                        last_cause_.empty()
                            ? "all workers were withdrawn"
                            : fmt::format("no worker is left, the last loss: "
                                          "{}",
                                          last_cause_));
    case phase::stopping:
      return make_error(errc::pool_stopped, "the pool was told to stop");
  }
  return std::nullopt;
}

void dispatch::fail(task_key task, const caf::error& reason) {
  ++counts_.failed;
  actions_.push_back(fail_task{task, reason});
}

void dispatch::fail_waiting_if_hopeless() {
  if (queue_.empty())
    return;
  if (auto reason = refusal()) {
    for (auto& task : queue_)
      fail(task.key, *reason);
    queue_.clear();
  }
}

size_t dispatch::requeue_all(slot& x, const std::string& cause) {
  auto [tasks, charged] = x.work.lose();
  outstanding_ -= tasks.size();
  if (charged && tasks[*charged].losses >= limits_.max_attempts) {
    auto text = fmt::format("{} workers died over the task, the last one: {}",
                            limits_.max_attempts, cause);
    fail(tasks[*charged].key, make_error(errc::worker_lost, std::move(text)));
    tasks.erase(tasks.begin() + static_cast<std::ptrdiff_t>(*charged));
  }
  counts_.retried += tasks.size();
  queue_.insert(queue_.begin(), tasks.begin(), tasks.end());
  return tasks.size();
}

void dispatch::after_loss(slot_map::iterator i, const caf::error& reason,
                          time_point now, double random) {
  auto cause = describe(reason);
  auto requeued = requeue_all(i->second, cause);
  report(pool_event::kind::lost, i, requeued, cause);
  last_cause_ = cause;
  if (phase_ == phase::stopping || i->second.duty == slot_duty::leaving)
    remove(i);
  else if (node_is_gone(reason))
    give_up(i, cause);
  else
    start_again(i, cause, now, random);
  fail_waiting_if_hopeless();
  assign_waiting(now);
}

void dispatch::start_again(slot_map::iterator i, const std::string& cause,
                           time_point now, double random) {
  auto& x = i->second;
  auto delay = restart_delay(x.budget, limits_.restart_bounds, now, random);
  if (!delay) {
    give_up(i, cause);
    return;
  }
  ++counts_.restarts;
  ++x.generation;
  incarnation who{i->first, x.generation};
  if (*delay == caf::timespan{0}) {
    x.state = slot_state::starting;
    actions_.push_back(start_worker{who});
  } else {
    x.state = slot_state::waiting;
    actions_.push_back(delay_start{who, *delay});
  }
}

void dispatch::give_up(slot_map::iterator i, const std::string& cause) {
  report(pool_event::kind::given_up, i, 0, cause);
  remove(i);
}

// -- stopping -----------------------------------------------------------------

void dispatch::stop_if_done(slot_map::iterator i) {
  auto& x = i->second;
  if (x.duty == slot_duty::leaving && x.state == slot_state::up
      && x.work.empty())
    tell_to_exit(i);
}

void dispatch::tell_to_exit(slot_map::iterator i) {
  i->second.state = slot_state::stopping;
  actions_.push_back(stop_worker{{i->first, i->second.generation}});
}

void dispatch::remove(slot_map::iterator i) {
  auto number = i->first;
  if (i->second.duty == slot_duty::leaving)
    report(pool_event::kind::withdrawn, i);
  slots_.erase(i);
  actions_.push_back(remove_slot{number});
  if (phase_ == phase::stopping && slots_.empty())
    actions_.push_back(all_stopped{});
}

slot_map::iterator dispatch::find(incarnation who) {
  auto i = slots_.find(who.slot);
  return i != slots_.end() && i->second.generation == who.generation
             ? i
             : slots_.end();
}

void dispatch::report(pool_event::kind what, slot_map::const_iterator i,
                      size_t requeued, std::string reason) {
  actions_.push_back(report_event{{.what = what,
                                   .slot = i->first,
                                   .node = i->second.node,
                                   .requeued = requeued,
                                   .reason = std::move(reason)}});
}

} // namespace troupe
