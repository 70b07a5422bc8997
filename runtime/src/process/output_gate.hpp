// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace troupe {

/// Bounds the lines of output that wait to be passed on: what comes when too
/// many wait is dropped and counted.
class output_gate {
public:
  static constexpr size_t max_waiting = 4'096;

  /// Books a line.
  /// @returns whether it may pass. Called by one thread only.
  [[nodiscard]] bool enter() noexcept {
    if (waiting_.load(std::memory_order_relaxed) >= max_waiting) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    waiting_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }

  /// A line that had entered was passed on.
  /// @returns how many were dropped since the last call.
  size_t leave() noexcept {
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    return dropped_.exchange(0, std::memory_order_relaxed);
  }

private:
  std::atomic<size_t> waiting_ = 0;
  std::atomic<size_t> dropped_ = 0;
};

} // namespace troupe
