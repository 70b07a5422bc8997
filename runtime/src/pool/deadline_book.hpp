// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "pool/workload.hpp"

namespace troupe {

/// Which tasks must be done by when. Costs nothing for tasks without deadline.
class deadline_book {
public:
  using time_point = std::chrono::steady_clock::time_point;

  void add(task_key x, time_point t) {
    by_task_[x] = t;
    by_time_.emplace(t, x);
  }

  void remove(task_key x) {
    if (by_task_.empty())
      return;
    auto i = by_task_.find(x);
    if (i == by_task_.end())
      return;
    by_time_.erase({i->second, x});
    by_task_.erase(i);
  }

  /// Whether the task's deadline has passed.
  bool passed(task_key x, time_point now) const {
    if (by_task_.empty())
      return false;
    auto i = by_task_.find(x);
    return i != by_task_.end() && i->second <= now;
  }

  /// Returns all tasks whose deadlines have passed.
  std::unordered_set<task_key> passed(time_point now) const {
    std::unordered_set<task_key> result;
    for (auto i = by_time_.begin(); i != by_time_.end() && i->first <= now; ++i)
      result.insert(i->second);
    return result;
  }

  std::optional<time_point> next() const {
    if (by_time_.empty())
      return std::nullopt;
    return by_time_.begin()->first;
  }

private:
  std::unordered_map<task_key, time_point> by_task_;
  std::set<std::pair<time_point, task_key>> by_time_;
};

} // namespace troupe
