// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <utility>

#include "port/asymmetric_fence.hpp"
#include "port/pause.hpp"

namespace troupe {

/// A place for one element that its owner fills and empties all the time, and
/// that others empty once in a blue moon.
///
/// Owner and thief exclude each other as in Dekker's algorithm, but only the
/// thief pays: it claims the slot and passes a heavy fence, after which either
/// the owner sees the claim or the thief sees that the owner is at the slot.
/// Checked by `tests/model/next_slot.pml`.
template <class T>
class next_slot {
public:
  /// Puts `x` into the slot. Owner only.
  /// @returns what was there before.
  T exchange(T x) noexcept {
    enter();
    auto old = value_.load(std::memory_order_relaxed);
    value_.store(x, std::memory_order_relaxed);
    leave();
    return old;
  }

  /// Empties the slot. Owner only.
  T take() noexcept {
    if (value_.load(std::memory_order_relaxed) == T{})
      return T{};
    return exchange(T{});
  }

  /// Empties the slot if it holds `expected`. Any thread but the owner.
  /// @returns `false` if it holds something else, or if somebody else is at the
  ///          slot.
  bool steal(T expected) noexcept {
    bool free = false;
    if (!claimed_.compare_exchange_strong(free, true))
      return false;
    port::heavy_fence();
    auto result = !entered_.load(std::memory_order_acquire)
                  && value_.load(std::memory_order_relaxed) == expected;
    if (result)
      value_.store(T{}, std::memory_order_relaxed);
    claimed_.store(false, std::memory_order_release);
    return result;
  }

  /// Returns what is there at this moment. Any thread.
  T peek() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

private:
  void enter() noexcept {
    for (;;) {
      entered_.store(true, std::memory_order_relaxed);
      port::light_fence();
      if (!claimed_.load(std::memory_order_acquire))
        return;
      // The thief is gone after a few instructions.
      entered_.store(false, std::memory_order_release);
      while (claimed_.load(std::memory_order_acquire))
        port::pause();
    }
  }

  void leave() noexcept {
    entered_.store(false, std::memory_order_release);
  }

  // Written by the owner.
  alignas(64) std::atomic<T> value_ = T{};
  std::atomic<bool> entered_ = false;
  // Written by thieves.
  std::atomic<bool> claimed_ = false;
};

} // namespace troupe
