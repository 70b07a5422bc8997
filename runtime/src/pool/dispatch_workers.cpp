// SPDX-License-Identifier: Apache-2.0

#include "pool/dispatch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "pool/restart_delay.hpp"
#include "troupe/base/errc.hpp"

// How workers come and go, and what becomes of their tasks.

namespace troupe {

namespace {

/// A look at a process takes some 20 us: too long to be had for each of many
/// tiny tasks.
constexpr auto look_interval = std::chrono::milliseconds{20};

/// Whether the node of a worker is gone. Whoever added the slot adds a new one
/// when the node is back.
bool node_is_gone(const caf::error& reason) {
  return reason == make_error(errc::link_lost)
         || reason == make_error(errc::unknown_node);
}

} // namespace

// -- workers ------------------------------------------------------------------

size_t dispatch::add_slot(std::string node, bool killable) {
  auto number = next_slot_++;
  slots_.emplace(number, slot{.node = std::move(node),
                              .budget = restart_budget{limits_.intensity},
                              .killable = killable});
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
  i->second.up_since = now;
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
  for (auto& [task, abandoned] : x.work.end_probe()) {
    if (abandoned) {
      drop_copy(task.key);
      continue;
    }
    --outstanding_;
    ++counts_.completed;
    settle_copies(who.slot, task.key, now);
    forget(task.key);
    actions_.push_back(release_reply{who.slot, task.key});
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
  auto& x = i->second;
  if (x.state != slot_state::starting && x.state != slot_state::waiting)
    counts_.up += now - x.up_since;
  if (x.state != slot_state::stopping)
    after_loss(i, reason, now, random);
  else if (x.worn && phase_ != phase::stopping && x.duty == slot_duty::serving)
    recycle(i);
  else
    remove(i);
}

void dispatch::stop_expired(incarnation who) {
  auto i = find(who);
  if (i == slots_.end())
    return;
  if (i->second.state == slot_state::starting && phase_ == phase::stopping) {
    // Whoever starts it is told that nobody waits for it any more.
    remove(i);
    return;
  }
  if (i->second.state != slot_state::stopping)
    return;
  actions_.push_back(kill_worker{who.slot});
  if (i->second.worn && phase_ != phase::stopping
      && i->second.duty == slot_duty::serving)
    recycle(i);
  else
    remove(i);
}

void dispatch::wear_out(incarnation who) {
  auto i = find(who);
  if (i == slots_.end())
    return;
  i->second.worn = true;
  stop_if_done(i);
}

void dispatch::measure(slot_map::iterator i, time_point now) {
  auto& x = i->second;
  caf::timespan delay{0};
  if (x.measured_at)
    delay = std::max<caf::timespan>(*x.measured_at + look_interval - now,
                                    caf::timespan{0});
  x.measuring = x.done;
  actions_.push_back(measure_worker{{i->first, x.generation}, delay});
}

void dispatch::measured(incarnation who, std::optional<uint64_t> resident_bytes,
                        time_point now) {
  auto i = find(who);
  if (i == slots_.end())
    return;
  auto& x = i->second;
  auto done_then = std::exchange(x.measuring, std::nullopt);
  x.measured_at = now;
  if (resident_bytes > limits_.max_resident_bytes)
    wear_out(who);
  else if (done_then != x.done)
    measure(i, now);
}

void dispatch::recycle(slot_map::iterator i) {
  ++counts_.recycled;
  auto& x = i->second;
  begin_generation(x);
  x.state = slot_state::starting;
  actions_.push_back(start_worker{{i->first, x.generation}});
}

void dispatch::begin_generation(slot& x) {
  ++x.generation;
  x.interrupted = false;
  x.reminding = false;
  x.replaced = false;
  x.worn = false;
  x.done = 0;
  x.measured_at = std::nullopt;
  x.measuring = std::nullopt;
}

void dispatch::stop() {
  if (phase_ == phase::stopping)
    return;
  phase_ = phase::stopping;
  auto reason = make_error(errc::pool_stopped, "the pool was told to stop");
  for (auto& [number, x] : slots_)
    for (auto& [task, abandoned] : x.work.lose().tasks)
      if (abandoned)
        drop_copy(task.key);
      else if (!lose_copy(task.key))
        fail(task.key, reason);
  outstanding_ = 0;
  for (auto& task : queue_.take_all())
    fail(task.key, reason);
  if (slots_.empty())
    actions_.push_back(all_stopped{});
  for (auto i = slots_.begin(); i != slots_.end();) {
    auto current = i++;
    auto state = current->second.state;
    if (state == slot_state::waiting)
      remove(current);
    else if (state == slot_state::up || state == slot_state::suspect)
      tell_to_exit(current);
    else if (state == slot_state::starting)
      actions_.push_back(
          stop_worker{{current->first, current->second.generation}});
  }
}

// -- loss ---------------------------------------------------------------------

size_t dispatch::requeue_all(slot_map::iterator slot, const caf::error& reason,
                             const std::string& cause, time_point now) {
  auto lost = slot->second.work.lose();
  incarnation who{slot->first, slot->second.generation};
  std::vector<counted_task> back;
  for (size_t i = 0; i < lost.tasks.size(); ++i) {
    auto& [task, abandoned] = lost.tasks[i];
    if (abandoned) {
      drop_copy(task.key);
      continue;
    }
    if (lose_copy(task.key))
      continue;
    --outstanding_;
    if (i == lost.charged && limits_.quarantines)
      losses_[task.key].push_back({who, reason, now});
    auto limit =
        task.max_attempts.value_or(static_cast<uint32_t>(limits_.max_attempts));
    if (i == lost.charged && task.losses >= limit) {
      auto text = limit == 1
                      ? "a worker died over the task: " + cause
                      : fmt::format("{} workers died over the task, the last "
                                    "one: {}",
                                    limit, cause);
      fail(task.key, make_error(errc::worker_lost, std::move(text)));
    } else if (task.pinned) {
      fail(task.key, make_error(errc::worker_lost, cause));
    } else {
      back.push_back(task);
    }
  }
  counts_.retried += back.size();
  queue_.push_front(back);
  return back.size();
}

void dispatch::after_loss(slot_map::iterator i, const caf::error& reason,
                          time_point now, double random) {
  auto cause = describe(reason);
  auto requeued = requeue_all(i, reason, cause, now);
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
  // What was asked for is no sign of a bad worker.
  auto delay =
      std::exchange(x.replaced, false)
          ? caf::timespan{0}
          : restart_delay(x.budget, limits_.restart_bounds, now, random);
  if (!delay) {
    give_up(i, cause);
    return;
  }
  ++counts_.restarts;
  begin_generation(x);
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
  if ((x.duty == slot_duty::leaving || x.worn) && x.state == slot_state::up
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
