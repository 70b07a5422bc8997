// SPDX-License-Identifier: Apache-2.0

#include "pool/pace.hpp"

#include <optional>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe {
namespace {

pace after(size_t n, caf::timespan x, pace start = {}) {
  for (size_t i = 0; i < n; ++i)
    start.add(x);
  return start;
}

TEST(Pace, IsUnknownBeforeTheFirstTask) {
  EXPECT_EQ(pace{}.estimate(), std::nullopt);
}

TEST(Pace, OfEqualTasksIsTheirTime) {
  EXPECT_EQ(after(1, 3ms).estimate(), 3ms);
  EXPECT_EQ(after(50, 3ms).estimate(), 3ms);
}

TEST(Pace, OneLongTaskIsBelievedAtOnce) {
  EXPECT_EQ(after(1, 300ms, after(100, 1us)).estimate(), 300ms);
}

TEST(Pace, ShortTasksAreBelievedSlowly) {
  auto x = after(1, 1us, after(1, 800ms));
  EXPECT_GE(x.estimate(), 700ms);
  EXPECT_GE(after(8, 1us, x).estimate(), 200ms);
  EXPECT_LE(after(200, 1us, x).estimate(), 10us);
}

TEST(Pace, ASingleHiccupFadesQuickly) {
  auto x = after(1, 8ms, after(100, 0us));
  EXPECT_EQ(x.estimate(), 8ms);
  EXPECT_LE(after(4, 0us, x).estimate(), 1ms);
}

TEST(Pace, OfTasksBelowTheClocksResolutionIsZero) {
  EXPECT_EQ(after(3, 0us).estimate(), 0us);
}

} // namespace
} // namespace troupe
