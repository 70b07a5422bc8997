// SPDX-License-Identifier: Apache-2.0

#include "pool/dispatch.hpp"

#include <algorithm>
#include <utility>

#include "base/later.hpp"
#include "troupe/base/errc.hpp"

// How tasks end that nobody wants any more.

namespace troupe {

namespace {

/// How often a busy worker is reminded.
constexpr auto reminder = std::chrono::milliseconds{50};

} // namespace

size_t dispatch::cancel(const std::unordered_set<task_key>& tasks,
                        time_point now) {
  auto before = counts_.failed;
  end_all(tasks, make_error(errc::task_cancelled, "the task was cancelled"),
          now);
  return counts_.failed - before;
}

void dispatch::expire(time_point now) {
  end_all(deadlines_.passed(now),
          make_error(errc::deadline_passed, "the task's time is over"), now);
}

void dispatch::end_all(const std::unordered_set<task_key>& tasks,
                       const caf::error& reason, time_point now) {
  if (tasks.empty())
    return;
  auto named = [&](auto& x) { return tasks.count(x.key) > 0; };
  for (auto& task : queue_.take_if(named))
    fail(task.key, reason);
  for (auto i = slots_.begin(); i != slots_.end(); ++i) {
    for (auto task : i->second.work.keys())
      if (tasks.count(task) > 0)
        abandon(i, task, reason, now);
    interrupt_if_oldest(i, now);
  }
}

void dispatch::abandon(slot_map::iterator i, task_key task,
                       const caf::error& reason, time_point now) {
  if (!i->second.work.abandon(task, now))
    return;
  // A second copy is not answered again.
  if (++lingering_[task] > 1)
    return;
  --outstanding_;
  ++counts_.failed;
  forget(task);
  actions_.push_back(abandon_task{task, reason});
}

void dispatch::drop_copy(task_key task) {
  auto i = lingering_.find(task);
  if (i == lingering_.end() || --i->second > 0)
    return;
  lingering_.erase(i);
  actions_.push_back(drop_task{task});
}

// Only the oldest task can be the one in work. The worker may be done with it
// already and busy with the next, but not for long.
void dispatch::interrupt_if_oldest(slot_map::iterator i, time_point now) {
  auto& x = i->second;
  auto task = x.work.oldest();
  auto since = task ? x.work.abandoned(*task) : std::nullopt;
  if (!since || x.replaced
      || (x.state != slot_state::up && x.state != slot_state::suspect))
    return;
  incarnation who{i->first, x.generation};
  auto left = later(*since, limits_.cancel_grace) - now;
  if (x.killable && left <= caf::timespan{0}) {
    x.replaced = true;
    actions_.push_back(replace_worker{who});
    return;
  }
  x.interrupted = true;
  std::optional<caf::timespan> again;
  if (!std::exchange(x.reminding, true)) {
    again = reminder;
    if (x.killable)
      again = std::min<caf::timespan>(*again, left);
  }
  actions_.push_back(interrupt_worker{who, x.work.busy_for(now) / 2, again});
}

void dispatch::interrupt_due(incarnation who, time_point now) {
  auto i = find(who);
  if (i == slots_.end())
    return;
  i->second.reminding = false;
  interrupt_if_oldest(i, now);
}

bool dispatch::gave_up(size_t number, task_key task, time_point now) {
  auto i = slots_.find(number);
  if (i == slots_.end())
    return false;
  auto& x = i->second;
  if (x.work.abandoned(task) || !std::exchange(x.interrupted, false))
    return replied(number, task, now);
  auto taken = x.work.take(task, now);
  if (!taken)
    return false;
  book_run(i, now);
  if (taken->pinned) {
    --outstanding_;
    ++counts_.retried;
    assign(i, *taken, now);
  } else if (!lose_copy(task)) {
    --outstanding_;
    ++counts_.retried;
    queue_.push_front({*taken});
  }
  stop_if_done(i);
  assign_waiting(now);
  return false;
}

} // namespace troupe
