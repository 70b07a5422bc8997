// SPDX-License-Identifier: Apache-2.0

#include "primes.hpp"

#include <gtest/gtest.h>

namespace demo {

namespace {

TEST(Primes, BothWaysGiveTheKnownNumbers) {
  EXPECT_EQ(count_primes(0, 2), 0u);
  EXPECT_EQ(count_primes(0, 3), 1u);
  EXPECT_EQ(count_primes(0, 100'000), 9'592u);
  EXPECT_EQ(count_primes_by_sieve(2), 0u);
  EXPECT_EQ(count_primes_by_sieve(3), 1u);
  EXPECT_EQ(count_primes_by_sieve(1'000'000), 78'498u);
}

TEST(Primes, OfPartsAddUp) {
  EXPECT_EQ(count_primes(0, 5'000) + count_primes(5'000, 5'000)
                + count_primes(5'000, 10'000),
            1'229u);
}

} // namespace

} // namespace demo
