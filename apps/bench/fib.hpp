// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace bench {

/// The naive recursion, kept from being unrolled away.
[[gnu::noinline]] inline uint64_t fib_recursive(int n) {
  return n < 2 ? static_cast<uint64_t>(n)
               : fib_recursive(n - 1) + fib_recursive(n - 2);
}

} // namespace bench
