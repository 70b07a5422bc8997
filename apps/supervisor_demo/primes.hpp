// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace demo {

/// Returns how many primes there are in [first, last), by trial division: slow
/// on purpose, as a stand-in for real work.
uint64_t count_primes(uint64_t first, uint64_t last);

/// Returns how many primes there are in [0, last), by the sieve of
/// Eratosthenes: another way, to verify the sum of the workers.
uint64_t count_primes_by_sieve(uint64_t last);

} // namespace demo
