// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>

namespace troupe::port {

/// A sequentially consistent fence in two unequal halves: between two threads
/// of this process of which one passes `light_fence` and the other
/// `heavy_fence`, at least one sees what the other wrote before its fence.
///
/// The light half costs the processor nothing and belongs on the path of every
/// message; the heavy half interrupts the other cores that run this process
/// (Linux `membarrier`, a microsecond or less) and belongs where somebody goes
/// to sleep or throws something away. Where the kernel lacks `membarrier`, both
/// are ordinary fences. Two light halves order nothing between them.

/// Set while the light half must be an ordinary fence: until the first use, and
/// for good where the kernel lacks `membarrier`.
extern constinit std::atomic<bool> light_fence_is_full;

inline void light_fence() noexcept {
  if (light_fence_is_full.load(std::memory_order_relaxed))
    std::atomic_thread_fence(std::memory_order_seq_cst);
  else
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

void heavy_fence() noexcept;

} // namespace troupe::port
