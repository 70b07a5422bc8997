// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "caf/fwd.hpp"

#include "troupe/scheduling/detail/cell_lanes.hpp"
#include "troupe/scheduling/detail/traced_envelope.hpp"
#include "troupe/scheduling/ticks.hpp"

namespace troupe::detail {

/// Measures how long some of a cell's messages wait: now and then the cell
/// wishes for one, the next sender marks what it sends, and the cell finds the
/// mark. All others cost a look at one word.
class wait_sample {
public:
  explicit wait_sample(bool is_on) noexcept : watched_(is_on ? wanted : off) {
    // nop
  }

  /// Marks `x` if a message is wished for. Any thread, before the push.
  void offer(const caf::mailbox_element* x) noexcept {
    if (watched_.load(std::memory_order_relaxed) == wanted) [[unlikely]]
      mark(x);
  }

  /// Called for each message that is taken up, at `now`; wishes for another one
  /// if the last one was long ago.
  /// @returns for how many ticks it has waited, if it is the one.
  std::optional<uint64_t> take(const caf::mailbox_element& x,
                               uint64_t now) noexcept {
    auto watched = watched_.load(std::memory_order_acquire);
    if (watched == nothing) {
      if (now - marked_ > pause) [[unlikely]]
        watched_.store(wanted, std::memory_order_release);
      return std::nullopt;
    }
    if (watched != reinterpret_cast<uintptr_t>(&x))
      return std::nullopt;
    watched_.store(nothing, std::memory_order_relaxed);
    return now > marked_ ? now - marked_ : 0;
  }

  /// Called for a message that is not taken up. Any thread.
  void forget(const caf::mailbox_element* x) noexcept {
    auto expected = reinterpret_cast<uintptr_t>(x);
    watched_.compare_exchange_strong(expected, wanted);
  }

private:
  static constexpr uintptr_t off = 0;
  static constexpr uintptr_t nothing = 1;
  static constexpr uintptr_t wanted = 2;
  static constexpr uintptr_t claimed = 3;

  /// Ticks between two samples.
  static constexpr uint64_t pause = 1 << 20;

  void mark(const caf::mailbox_element* x) noexcept {
    // The envelope of a traced message is gone when the message is taken up,
    // and not all control messages are.
    auto expected = wanted;
    if (this_trace != nullptr || cell_lanes::is_control(*x)
        || !watched_.compare_exchange_strong(expected, claimed,
                                             std::memory_order_acquire))
      return;
    marked_ = ticks::now();
    watched_.store(reinterpret_cast<uintptr_t>(x), std::memory_order_release);
  }

  /// What is marked, or one of the words above.
  std::atomic<uintptr_t> watched_;
  uint64_t marked_ = 0;
};

} // namespace troupe::detail
