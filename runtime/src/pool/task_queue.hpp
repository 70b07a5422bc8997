// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "pool/workload.hpp"
#include "troupe/pool/task_options.hpp"

namespace troupe {

/// Tasks that wait for a worker: those of the highest priority first, the
/// oldest first among equals.
class task_queue {
private:
  using lane_type = std::deque<counted_task>;

  template <class Lanes>
  static auto& first(Lanes& xs) {
    return *std::find_if(xs.begin(), xs.end(),
                         [](auto& x) { return !x.empty(); });
  }

public:
  bool empty() const noexcept {
    return size_ == 0;
  }

  size_t size() const noexcept {
    return size_;
  }

  void push_back(const counted_task& x) {
    lane(x).push_back(x);
    ++size_;
  }

  /// Puts tasks before all others of their priority, in this order.
  void push_front(const std::vector<counted_task>& xs) {
    for (auto i = xs.rbegin(); i != xs.rend(); ++i)
      lane(*i).push_front(*i);
    size_ += xs.size();
  }

  /// @pre not empty
  const counted_task& front() const {
    return first(lanes_).front();
  }

  /// @pre not empty
  void pop_front() {
    first(lanes_).pop_front();
    --size_;
  }

  /// Returns when that task came that has waited longest.
  std::optional<std::chrono::steady_clock::time_point> oldest() const {
    std::optional<std::chrono::steady_clock::time_point> result;
    for (auto& xs : lanes_)
      if (!xs.empty() && (!result || xs.front().arrived < *result))
        result = xs.front().arrived;
    return result;
  }

  /// Takes out all tasks for which `f` is true.
  template <class F>
  std::vector<counted_task> take_if(F f) {
    std::vector<counted_task> result;
    for (auto& xs : lanes_) {
      auto keep = [&](auto& x) { return !f(x); };
      auto middle = std::stable_partition(xs.begin(), xs.end(), keep);
      result.insert(result.end(), middle, xs.end());
      xs.erase(middle, xs.end());
    }
    size_ -= result.size();
    return result;
  }

  std::vector<counted_task> take_all() {
    return take_if([](auto&) { return true; });
  }

private:
  lane_type& lane(const counted_task& x) {
    return lanes_[static_cast<size_t>(task_priority::high)
                  - static_cast<size_t>(x.priority)];
  }

  std::array<lane_type, 3> lanes_;
  size_t size_ = 0;
};

} // namespace troupe
