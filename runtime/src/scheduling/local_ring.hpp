// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// A bounded first-in-first-out ring with one owner and any number of thieves.
///
/// The owner pushes at the tail; owner and thieves take from the head with a
/// compare-and-swap. The algorithm is the run queue of the Go scheduler.
template <class T, uint32_t Capacity>
class local_ring {
public:
  static_assert((Capacity & (Capacity - 1)) == 0, "not a power of two");

  static constexpr uint32_t capacity = Capacity;

  /// Appends `x`. Owner only.
  /// @returns `false` if the ring is full.
  bool push(T x) noexcept {
    auto head = head_.load(std::memory_order_acquire);
    auto tail = tail_.load(std::memory_order_relaxed);
    if (tail - head >= Capacity)
      return false;
    slots_[tail % Capacity].store(x, std::memory_order_relaxed);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// Takes the oldest element into `x`. Owner only.
  bool pop(T& x) noexcept {
    auto head = head_.load(std::memory_order_acquire);
    for (;;) {
      if (head == tail_.load(std::memory_order_relaxed))
        return false;
      x = slots_[head % Capacity].load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, head + 1, std::memory_order_acq_rel,
                                      std::memory_order_acquire))
        return true;
    }
  }

  /// Takes the oldest element into `x`. Any thread.
  bool steal_one(T& x) noexcept {
    auto head = head_.load(std::memory_order_acquire);
    for (;;) {
      if (head == tail_.load(std::memory_order_acquire))
        return false;
      x = slots_[head % Capacity].load(std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, head + 1, std::memory_order_acq_rel,
                                      std::memory_order_acquire))
        return true;
    }
  }

  /// Takes up to half of the elements, the oldest ones, and appends them to
  /// `dst`, whose owner is the caller.
  /// @returns how many were moved.
  /// @pre `dst` is empty and not `*this`.
  uint32_t steal_into(local_ring& dst) noexcept {
    auto head = head_.load(std::memory_order_acquire);
    for (;;) {
      auto tail = tail_.load(std::memory_order_acquire);
      auto n = tail - head;
      n -= n / 2;
      if (n == 0)
        return 0;
      if (n > Capacity / 2) { // head was stale
        head = head_.load(std::memory_order_acquire);
        continue;
      }
      auto dst_tail = dst.tail_.load(std::memory_order_relaxed);
      for (uint32_t i = 0; i < n; ++i)
        dst.slots_[(dst_tail + i) % Capacity].store(
            slots_[(head + i) % Capacity].load(std::memory_order_relaxed),
            std::memory_order_relaxed);
      if (head_.compare_exchange_weak(head, head + n, std::memory_order_acq_rel,
                                      std::memory_order_acquire)) {
        dst.tail_.store(dst_tail + n, std::memory_order_release);
        return n;
      }
    }
  }

  /// Returns how many elements were there at some moment during the call.
  uint32_t size() const noexcept {
    auto head = head_.load(std::memory_order_acquire);
    auto tail = tail_.load(std::memory_order_acquire);
    auto n = tail - head;
    return n <= Capacity ? n : Capacity;
  }

  bool empty() const noexcept {
    return size() == 0;
  }

private:
  alignas(64) std::atomic<uint32_t> head_ = 0;
  alignas(64) std::atomic<uint32_t> tail_ = 0;
  std::array<std::atomic<T>, Capacity> slots_ = {};
};

} // namespace troupe
