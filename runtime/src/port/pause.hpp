// SPDX-License-Identifier: Apache-2.0

#pragma once

#if defined(__x86_64__)
#  include <x86intrin.h>
#endif

namespace troupe::port {

/// Tells the processor that the calling thread only waits for another one.
inline void pause() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

} // namespace troupe::port
