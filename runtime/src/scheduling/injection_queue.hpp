// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>

namespace troupe {

/// Work from threads that are no workers, first in, first out.
///
/// Holds an actor at most once, so the number of actors bounds its size.
template <class T>
class injection_queue {
public:
  /// Appends `x` and returns the new size.
  size_t push(T x) {
    std::lock_guard guard{mtx_};
    items_.push_back(x);
    size_.store(items_.size(), std::memory_order_release);
    return items_.size();
  }

  /// Appends `[first, last)`.
  template <class Iterator>
  void push(Iterator first, Iterator last) {
    std::lock_guard guard{mtx_};
    items_.insert(items_.end(), first, last);
    size_.store(items_.size(), std::memory_order_release);
  }

  /// Takes a part of the queue: of `n` elements and `takers` takers a quarter
  /// of a fair share, `n / takers / 4` rounded up, at most `limit`; the rest is
  /// left to who comes first. Calls `f` for each, oldest first, while the queue
  /// is locked.
  /// @returns how many were taken.
  template <class F>
  size_t take(size_t takers, size_t limit, F f) {
    if (empty())
      return 0;
    std::lock_guard guard{mtx_};
    auto parts = 4 * takers;
    auto n = std::min((items_.size() + parts - 1) / parts, limit);
    for (size_t i = 0; i < n; ++i) {
      f(items_.front());
      items_.pop_front();
    }
    size_.store(items_.size(), std::memory_order_release);
    return n;
  }

  /// Takes no lock; sees every push that happened before.
  bool empty() const noexcept {
    return size_.load(std::memory_order_acquire) == 0;
  }

private:
  alignas(64) std::atomic<size_t> size_ = 0;
  std::mutex mtx_;
  std::deque<T> items_;
};

} // namespace troupe
