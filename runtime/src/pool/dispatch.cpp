// SPDX-License-Identifier: Apache-2.0

#include "pool/dispatch.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

namespace troupe {

std::optional<pool_action> dispatch::next() {
  if (taken_ == actions_.size()) {
    actions_.clear();
    taken_ = 0;
    return std::nullopt;
  }
  return std::move(actions_[taken_++]);
}

// -- tasks --------------------------------------------------------------------

void dispatch::submit(task_key task, const task_traits& traits,
                      time_point now) {
  if (auto reason = refusal()) {
    ++counts_.refused;
    actions_.push_back(fail_task{task, std::move(*reason)});
    return;
  }
  counted_task x{.key = task,
                 .max_attempts = traits.max_attempts,
                 .hash = traits.hash,
                 .priority = traits.priority,
                 .arrived = now};
  // While tasks wait, nobody has credit: it only grows with an answer.
  auto i = queue_.empty() ? router_.pick(slots_, x, now) : slots_.end();
  if (i != slots_.end()) {
    accept(x, traits);
    assign(i, x, now);
  } else if (queue_.size() < limits_.max_queued) {
    accept(x, traits);
    queue_.push_back(x);
  } else {
    ++counts_.refused;
    auto text = fmt::format("{} tasks wait, limit {}", queue_.size(),
                            limits_.max_queued);
    actions_.push_back(
        fail_task{task, make_error(errc::queue_full, std::move(text))});
  }
}

void dispatch::submit_to(size_t number, task_key task,
                         const task_traits& traits, time_point now) {
  if (auto reason = refusal_by(number)) {
    ++counts_.refused;
    actions_.push_back(fail_task{task, std::move(*reason)});
    return;
  }
  counted_task x{.key = task,
                 .max_attempts = 1,
                 .priority = traits.priority,
                 .arrived = now,
                 .pinned = true};
  accept(x, traits);
  assign(slots_.find(number), x, now);
}

std::optional<caf::error>
dispatch::refuse_scattered(const std::vector<size_t>& slots, size_t wanted) {
  size_t willing = 0;
  std::optional<caf::error> reason;
  for (auto number : slots)
    if (auto why = refusal_by(number))
      reason = std::move(why);
    else
      ++willing;
  if (!reason || willing >= wanted)
    return std::nullopt;
  ++counts_.refused;
  return reason;
}

void dispatch::accept(const counted_task& task, const task_traits& traits) {
  ++counts_.accepted;
  if (traits.deadline)
    deadlines_.add(task.key, *traits.deadline);
}

bool dispatch::replied(size_t number, task_key task, time_point now) {
  auto i = slots_.find(number);
  if (i == slots_.end())
    return false;
  auto abandoned = i->second.work.abandoned(task).has_value();
  if (!i->second.work.finish(task, now))
    return false;
  book_run(i, now);
  if (abandoned) {
    drop_copy(task);
  } else {
    --outstanding_;
    ++counts_.completed;
    settle_copies(number, task, now);
    forget(task);
  }
  interrupt_if_oldest(i, now);
  stop_if_done(i);
  assign_waiting(now);
  return !abandoned;
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

// -- observers ----------------------------------------------------------------

bool dispatch::has_room(time_point now) const {
  if (limits_.max_queued > 0)
    return queue_.size() <= limits_.max_queued / 2;
  return refusal() || router_.has_taker(slots_, now);
}

std::vector<size_t> dispatch::serving() const {
  std::vector<size_t> result;
  for (auto& [number, x] : slots_)
    if (x.state == slot_state::up && x.duty == slot_duty::serving)
      result.push_back(number);
  return result;
}

pool_stats dispatch::stats() const {
  auto result = counts_;
  for (auto& [number, x] : slots_)
    if (x.state == slot_state::up || x.state == slot_state::suspect)
      ++result.workers;
  result.queued = queue_.size();
  result.outstanding = outstanding_;
  return result;
}

pool_stats dispatch::stats(time_point now) const {
  auto result = stats();
  for (auto& [number, x] : slots_)
    if (x.state == slot_state::up || x.state == slot_state::suspect) {
      result.up += now - x.up_since;
      result.busy += x.work.busy_for(now);
    }
  return result;
}

void dispatch::book_run(slot_map::iterator i, time_point now) {
  auto& x = i->second;
  ++x.done;
  counts_.run.add(x.work.last_run());
  counts_.busy += x.work.last_run();
  if (limits_.max_tasks && x.done >= *limits_.max_tasks)
    x.worn = true;
  if (limits_.max_resident_bytes && !x.measuring)
    measure(i, now);
}

void dispatch::forget(task_key task) {
  deadlines_.remove(task);
  if (!losses_.empty())
    losses_.erase(task);
  if (!copied_.empty())
    copied_.erase(task);
}

// -- assignment ---------------------------------------------------------------

void dispatch::assign(slot_map::iterator i, const counted_task& task,
                      time_point now) {
  i->second.work.hand(task, now);
  counts_.wait.add(now - task.arrived);
  ++outstanding_;
  actions_.push_back(assign_task{i->first, task.key});
}

void dispatch::assign_waiting(time_point now) {
  while (!queue_.empty()) {
    auto& task = queue_.front();
    if (deadlines_.passed(task.key, now)) {
      fail(task.key, make_error(errc::deadline_passed,
                                "the task waited for a worker for too long"));
      queue_.pop_front();
      continue;
    }
    auto i = router_.pick(slots_, task, now);
    if (i == slots_.end())
      return;
    assign(i, task, now);
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

std::optional<caf::error> dispatch::refusal_by(size_t number) const {
  auto i = slots_.find(number);
  if (i == slots_.end() || i->second.state != slot_state::up)
    return make_error(errc::no_workers, "the worker is gone");
  auto n = i->second.work.pinned();
  if (n < limits_.credit.max_credit)
    return std::nullopt;
  return make_error(errc::queue_full,
                    fmt::format("worker {} holds {} scattered tasks, limit {}",
                                number, n, limits_.credit.max_credit));
}

void dispatch::fail(task_key task, const caf::error& reason) {
  ++counts_.failed;
  fail_task action{task, reason};
  if (limits_.quarantines && reason == errc::worker_lost)
    if (auto i = losses_.find(task); i != losses_.end())
      action.history = std::move(i->second);
  forget(task);
  actions_.push_back(std::move(action));
}

void dispatch::fail_waiting_if_hopeless() {
  if (queue_.empty())
    return;
  if (auto reason = refusal()) {
    for (auto& task : queue_.take_all())
      fail(task.key, *reason);
  }
}

} // namespace troupe
