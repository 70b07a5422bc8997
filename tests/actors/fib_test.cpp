// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/fib.hpp"

#include <gtest/gtest.h>

namespace troupe {

TEST(Fib, FollowsTheDefinition) {
  EXPECT_EQ(fib(0), 0u);
  EXPECT_EQ(fib(1), 1u);
  for (int64_t n = 2; n <= 25; ++n)
    EXPECT_EQ(fib(n), fib(n - 1) + fib(n - 2)) << "n = " << n;
}

TEST(FibIterative, AgreesWithTheRecursion) {
  for (int64_t n = 0; n <= 25; ++n)
    EXPECT_EQ(fib_iterative(n), fib(n)) << "n = " << n;
}

TEST(FibIterative, IsExactUpToTheLimit) {
  EXPECT_EQ(fib_iterative(40), 102'334'155u);
  EXPECT_EQ(fib_iterative(max_fib), 2'880'067'194'370'816'120u);
  EXPECT_EQ(fib_iterative(last_fib), 12'200'160'415'121'876'738u);
}

} // namespace troupe
