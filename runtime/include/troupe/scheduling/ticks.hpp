// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#  include <x86intrin.h>
#endif

namespace troupe::ticks {

/// Returns a monotonic time stamp in ticks of unknown but constant length.
///
/// Where the processor has a time stamp counter, this costs a third of
/// `std::chrono::steady_clock::now()`: cheap enough for every message.
inline uint64_t now() noexcept {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return static_cast<uint64_t>(
      std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// Returns how many ticks `x` lasts. The first call in a process measures the
/// length of a tick and takes a quarter of a millisecond.
uint64_t from_duration(std::chrono::nanoseconds x);

/// Length of a tick in 2^-16 ns, as measured by the first `from_duration`; at
/// first a guess.
extern constinit std::atomic<uint32_t> length;

/// Returns how long `x` ticks last, roughly, for less than a day.
inline uint64_t to_rough_ns(uint64_t x) noexcept {
  return x * length.load(std::memory_order_relaxed) >> 16;
}

/// Returns how long `x` ticks last.
std::chrono::nanoseconds to_duration(uint64_t x);

} // namespace troupe::ticks
