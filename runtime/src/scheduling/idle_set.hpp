// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "port/futex.hpp"

namespace troupe {

/// Knows which workers look for work and which sleep, and wakes them.
///
/// The rule that no wake-up is lost, checked by `tests/model/park_wake.pml`:
/// who publishes work does so first and then asks `searching() == 0`; who
/// stops searching does so first and then looks at all queues once more. One
/// of both sees the other.
///
/// Three roles of a worker without a job count in one word:
/// - *searching*: awake and looking through all queues.
/// - *watching*: looks now and then for a job in a next-slot whose owner is
///   stuck. There is at most one, and it naps in between.
/// - *sleeping*: parked or napping, may be woken.
class idle_set {
public:
  struct counts {
    uint32_t sleeping;
    uint32_t searching;
    uint32_t watching;
  };

  explicit idle_set(size_t workers) : slots_(workers) {
    for (auto& slot : slots_)
      slot = std::make_unique<slot_type>();
  }

  counts load() const noexcept {
    auto x = word_.load(std::memory_order_seq_cst);
    return {field(x, 0), field(x, 1), field(x, 2)};
  }

  void start_searching() noexcept {
    word_.fetch_add(one(1), std::memory_order_seq_cst);
  }

  /// Stops searching. The caller must look at all queues afterwards and call
  /// `wake_one` if one holds work.
  /// @returns `true` if nobody searches any more.
  bool stop_searching() noexcept {
    auto x = word_.fetch_sub(one(1), std::memory_order_seq_cst);
    return field(x, 1) == 1;
  }

  /// Becomes the watcher if there is none.
  bool start_watching() noexcept {
    auto x = word_.load(std::memory_order_relaxed);
    while (field(x, 2) == 0)
      if (word_.compare_exchange_weak(x, x + one(2), std::memory_order_seq_cst))
        return true;
    return false;
  }

  /// Stops watching. The caller must look at all queues afterwards.
  void stop_watching() noexcept {
    word_.fetch_sub(one(2), std::memory_order_seq_cst);
  }

  /// Turns searching worker `i` into a sleeping one that others may wake. The
  /// caller must look at all queues afterwards, and then either `cancel_sleep`
  /// or `sleep`.
  void announce_sleep(size_t i) noexcept {
    word_.fetch_add(one(0) - one(1), std::memory_order_seq_cst);
    slots_[i]->state.store(sleeping, std::memory_order_seq_cst);
  }

  /// Makes worker `i` search again. After that, a wake may have been spent on
  /// it; it searches on behalf of the waker then.
  void cancel_sleep(size_t i) noexcept {
    uint32_t expected = sleeping;
    if (slots_[i]->state.compare_exchange_strong(expected, awake,
                                                 std::memory_order_seq_cst))
      word_.fetch_add(one(1) - one(0), std::memory_order_seq_cst);
    else
      await_waker(slots_[i]->state);
  }

  /// Sleeps until woken. The worker is counted as searching on return.
  void sleep(size_t i) {
    await_waker(slots_[i]->state);
  }

  /// Sleeps until woken or until `timeout` has passed. The worker is counted
  /// as searching on return.
  /// @returns `true` if it was woken.
  bool nap(size_t i, std::chrono::nanoseconds timeout) {
    auto& state = slots_[i]->state;
    if (state.load(std::memory_order_acquire) == sleeping)
      port::futex_wait_for(state, sleeping, timeout);
    uint32_t expected = sleeping;
    if (!state.compare_exchange_strong(expected, awake,
                                       std::memory_order_seq_cst)) {
      await_waker(state);
      return true;
    }
    word_.fetch_add(one(1) - one(0), std::memory_order_seq_cst);
    return false;
  }

  /// Wakes one sleeping worker, `preferred` if that one sleeps.
  /// @returns `true` if one was woken.
  bool wake_one(std::optional<size_t> preferred = std::nullopt) {
    if (preferred && wake(*preferred))
      return true;
    for (size_t i = 0; i < slots_.size(); ++i)
      if (wake(i))
        return true;
    return false;
  }

  /// Wakes worker `i` if it sleeps.
  bool wake(size_t i) {
    auto& state = slots_[i]->state;
    uint32_t expected = sleeping;
    if (state.load(std::memory_order_seq_cst) != sleeping
        || !state.compare_exchange_strong(expected, waking,
                                          std::memory_order_seq_cst))
      return false;
    // Counts first: the woken worker may stop searching at once.
    word_.fetch_add(one(1) - one(0), std::memory_order_seq_cst);
    state.store(awake, std::memory_order_seq_cst);
    port::futex_wake(state);
    return true;
  }

  void wake_all() {
    for (size_t i = 0; i < slots_.size(); ++i)
      wake(i);
  }

private:
  static constexpr uint32_t awake = 0;
  static constexpr uint32_t sleeping = 1;
  static constexpr uint32_t waking = 2;

  struct alignas(64) slot_type {
    std::atomic<uint32_t> state = awake;
  };

  static void await_waker(std::atomic<uint32_t>& state) {
    for (auto x = state.load(std::memory_order_acquire); x != awake;
         x = state.load(std::memory_order_acquire))
      port::futex_wait(state, x);
  }

  // Three counters of 20 bits: sleeping, searching, watching.
  static constexpr uint64_t one(int index) noexcept {
    return uint64_t{1} << (20 * index);
  }

  static constexpr uint32_t field(uint64_t x, int index) noexcept {
    return static_cast<uint32_t>((x >> (20 * index)) & 0xFFFFF);
  }

  alignas(64) std::atomic<uint64_t> word_ = 0;
  std::vector<std::unique_ptr<slot_type>> slots_;
};

} // namespace troupe
