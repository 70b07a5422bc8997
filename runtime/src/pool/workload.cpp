// SPDX-License-Identifier: Apache-2.0

#include "pool/workload.hpp"

#include <algorithm>
#include <iterator>

namespace troupe {

bool workload::has_credit(time_point t, const credit_limits& limits) const {
  if (held_.empty())
    return true;
  return held_.size() < limits.max_credit && pace_.estimate()
         && total_time(t) < static_cast<double>(limits.horizon.count());
}

// A task that already takes longer than the pace says is the best evidence
// that the next ones may as well.
double workload::total_time(time_point t) const {
  auto one = static_cast<double>(busy_for(t).count());
  return static_cast<double>(held_.size()) * std::max(one, task_time());
}

double workload::task_time() const {
  auto estimate = pace_.estimate();
  return estimate ? static_cast<double>(estimate->count()) : 0.0;
}

void workload::hand(counted_task x, time_point t) {
  held_.push_back({x, std::nullopt, t});
}

size_t workload::pinned() const {
  auto is_pinned = [](const held_task& x) { return x.task.pinned; };
  return static_cast<size_t>(
      std::count_if(held_.begin(), held_.end(), is_pinned));
}

std::optional<task_key> workload::oldest() const {
  if (held_.empty())
    return std::nullopt;
  return held_.front().task.key;
}

std::vector<counted_task> workload::held_for(caf::timespan x,
                                             time_point t) const {
  std::vector<counted_task> result;
  for (auto& y : held_)
    if (t - y.since >= x && !y.abandoned && !y.why && !y.task.pinned)
      result.push_back(y.task);
  return result;
}

std::vector<task_key> workload::keys() const {
  std::vector<task_key> result;
  for (auto& x : held_)
    result.push_back(x.task.key);
  return result;
}

bool workload::abandon(task_key x, time_point t) {
  auto i = find(x);
  if (i == held_.end() || i->abandoned)
    return false;
  i->abandoned = t;
  return true;
}

std::optional<workload::time_point> workload::abandoned(task_key x) const {
  auto i = find(x);
  return i != held_.end() ? i->abandoned : std::nullopt;
}

std::optional<counted_task> workload::take(task_key x, time_point t) {
  auto i = find(x);
  if (i == held_.end())
    return std::nullopt;
  note_reply(*i, t);
  auto result = i->task;
  held_.erase(i);
  return result;
}

lost_tasks workload::lose() {
  auto broken = [](const held_task& x) { return x.why == doubt::broken; };
  auto begun = [](const held_task& x) { return x.why != doubt::untouched; };
  auto fallen = [](const held_task& x) { return x.why == doubt::fallen; };
  auto last = std::find_if(held_.rbegin(), held_.rend(), fallen);
  auto culprit = last != held_.rend()
                     ? std::prev(last.base())
                     : std::find_if(held_.begin(), held_.end(), broken);
  if (culprit == held_.end())
    culprit = std::find_if(held_.begin(), held_.end(), begun);
  lost_tasks result;
  if (culprit != held_.end()) {
    ++culprit->task.losses;
    result.charged = static_cast<size_t>(culprit - held_.begin());
  }
  for (auto& x : held_)
    result.tasks.push_back({x.task, x.abandoned.has_value()});
  held_.clear();
  doubted_.clear();
  probed_ = 0;
  pace_ = {};
  return result;
}

bool workload::suspect(task_key x, doubt why, time_point t) {
  auto i = find(x);
  if (i == held_.end() || i->why)
    return false;
  note_reply(*i, t);
  i->why = why;
  doubted_.push_back(x);
  return true;
}

bool workload::begin_probe() {
  probed_ = doubted_.size();
  return probed_ > 0;
}

std::vector<lost_tasks::entry> workload::end_probe() {
  auto last = doubted_.begin() + static_cast<std::ptrdiff_t>(probed_);
  std::vector<lost_tasks::entry> result;
  for (auto i = doubted_.begin(); i != last; ++i) {
    auto x = find(*i);
    result.push_back({x->task, x->abandoned.has_value()});
    held_.erase(x);
  }
  doubted_.erase(doubted_.begin(), last);
  probed_ = 0;
  return result;
}

std::deque<workload::held_task>::iterator workload::find(task_key x) {
  return std::find_if(held_.begin(), held_.end(),
                      [x](const held_task& y) { return y.task.key == x; });
}

std::deque<workload::held_task>::const_iterator
workload::find(task_key x) const {
  return std::find_if(held_.begin(), held_.end(),
                      [x](const held_task& y) { return y.task.key == x; });
}

caf::timespan workload::busy_for(time_point t) const {
  if (held_.empty())
    return caf::timespan{0};
  return t - std::max(held_.front().since, last_reply_);
}

// The worker began with the task when it got it or when it was done with the
// one before, whichever was later.
void workload::note_reply(const held_task& x, time_point t) {
  last_run_ = t - std::max(x.since, last_reply_);
  pace_.add(last_run_);
  last_reply_ = t;
}

} // namespace troupe
