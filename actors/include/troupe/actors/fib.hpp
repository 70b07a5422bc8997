// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

#include "troupe/scheduling/cancel_token.hpp"

namespace troupe {

/// Largest n whose Fibonacci number fits 64 bits.
inline constexpr int64_t last_fib = 93;

/// Largest n that a `fib_worker` takes; the limit is one of patience.
inline constexpr int64_t max_fib = 90;

/// Returns the nth Fibonacci number by plain recursion, as a stand-in for real
/// work: the time grows by the factor 1.618 with each n. No call is optimised
/// away or remembered.
/// @pre `0 <= n && n <= last_fib`
uint64_t fib(int64_t n);

/// As above, but looks at `cancel` every few milliseconds.
/// @returns nothing once it is set.
std::optional<uint64_t> fib(int64_t n, const cancel_token& cancel);

/// Returns the nth Fibonacci number at once, to verify `fib`.
/// @pre `0 <= n && n <= last_fib`
uint64_t fib_iterative(int64_t n);

/// Computes Fibonacci numbers.
///
/// | accepts     | replies                                                   |
/// |-------------|-----------------------------------------------------------|
/// | `int64_t` n | `uint64_t` fib(n) and the `caf::timespan` it took, or     |
/// |             | `sec::invalid_argument` for n below 0 or above `max_fib`, |
/// |             | or `errc::task_cancelled` if it was asked to give up      |
///
/// A plain CAF actor: it runs on a scheduler, on a thread of its own or on
/// another node without a change, and stays busy until the call returns.
caf::behavior fib_worker(caf::event_based_actor* self);

} // namespace troupe
