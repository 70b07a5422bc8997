// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>

#include "port/futex.hpp"

namespace troupe::port {

/// A mutex of four bytes, where `std::mutex` would take forty; for
/// `std::lock_guard`.
///
/// U. Drepper: Futexes Are Tricky, 2011, the third mutex.
class futex_mutex {
public:
  void lock() noexcept {
    uint32_t expected = open;
    if (!state_.compare_exchange_strong(expected, taken,
                                        std::memory_order_acquire,
                                        std::memory_order_relaxed))
      wait();
  }

  void unlock() noexcept {
    if (state_.exchange(open, std::memory_order_release) == contended)
      futex_wake(state_);
  }

private:
  static constexpr uint32_t open = 0;
  static constexpr uint32_t taken = 1;
  /// Taken, and somebody may sleep.
  static constexpr uint32_t contended = 2;

  void wait() noexcept {
    while (state_.exchange(contended, std::memory_order_acquire) != open)
      futex_wait(state_, contended);
  }

  std::atomic<uint32_t> state_ = open;
};

} // namespace troupe::port
