// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

namespace troupe {

/// Largest n that a `fib_worker` takes. The limit is one of patience, and well
/// inside what fits 64 bits (fib(93) is the last).
inline constexpr int64_t max_fib = 90;

/// Returns the nth Fibonacci number by plain recursion, as a stand-in for real
/// work: the time grows by the factor 1.618 with each n. No call is optimised
/// away or remembered.
/// @pre `0 <= n && n <= max_fib`
uint64_t fib(int64_t n);

/// Returns the nth Fibonacci number at once, to verify `fib`.
/// @pre `0 <= n && n <= max_fib`
uint64_t fib_iterative(int64_t n);

/// Computes Fibonacci numbers.
///
/// | accepts     | replies                                                   |
/// |-------------|-----------------------------------------------------------|
/// | `int64_t` n | `uint64_t` fib(n) and the `caf::timespan` it took, or     |
/// |             | `sec::invalid_argument` for n below 0 or above `max_fib`  |
///
/// A plain CAF actor: it runs on a scheduler, on a thread of its own or on
/// another node without a change, and stays busy until the call returns.
caf::behavior fib_worker(caf::event_based_actor* self);

} // namespace troupe
