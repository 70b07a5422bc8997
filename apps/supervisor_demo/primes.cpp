// SPDX-License-Identifier: Apache-2.0

#include "primes.hpp"

#include <vector>

namespace demo {

namespace {

bool is_prime(uint64_t n) {
  if (n < 4)
    return n > 1;
  if (n % 2 == 0)
    return false;
  for (uint64_t d = 3; d * d <= n; d += 2)
    if (n % d == 0)
      return false;
  return true;
}

} // namespace

uint64_t count_primes(uint64_t first, uint64_t last) {
  uint64_t result = 0;
  for (auto n = first; n < last; ++n)
    result += is_prime(n) ? 1 : 0;
  return result;
}

uint64_t count_primes_by_sieve(uint64_t last) {
  std::vector<bool> composite(last);
  uint64_t result = 0;
  for (uint64_t n = 2; n < last; ++n) {
    if (composite[n])
      continue;
    ++result;
    for (auto m = n * n; m < last; m += n)
      composite[m] = true;
  }
  return result;
}

} // namespace demo
