// SPDX-License-Identifier: Apache-2.0

#include "gap_statistics.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace fib_app {

using namespace std::chrono_literals;

namespace {

double ms(caf::timespan x) {
  return static_cast<double>(x.count()) / 1e6;
}

} // namespace

TEST(GapStatistics, IsZeroBeforeTheFirstGap) {
  gap_statistics x;
  EXPECT_EQ(x.quantile(0.5), caf::timespan{0});
  EXPECT_EQ(x.max(), caf::timespan{0});
}

TEST(GapStatistics, GivesASingleGapForEachQuantile) {
  gap_statistics x;
  x.record(2840ms);
  EXPECT_EQ(x.quantile(0.5), caf::timespan{2840ms});
  EXPECT_EQ(x.quantile(0.99), caf::timespan{2840ms});
  EXPECT_EQ(x.max(), caf::timespan{2840ms});
}

TEST(GapStatistics, OrdersGapsByLength) {
  gap_statistics x;
  for (int i = 100; i >= 1; --i)
    x.record(std::chrono::milliseconds{i});
  EXPECT_NEAR(ms(x.quantile(0.50)), 50, 50 * 0.004);
  EXPECT_NEAR(ms(x.quantile(0.99)), 99, 99 * 0.004);
  EXPECT_GE(ms(x.quantile(0.99)), 99);
  EXPECT_EQ(x.max(), caf::timespan{100ms});
}

TEST(GapStatistics, LeavesOneInAHundredOutOfTheP99) {
  gap_statistics x;
  for (int i = 0; i < 99; ++i)
    x.record(1ms);
  x.record(10s);
  EXPECT_NEAR(ms(x.quantile(0.99)), 1, 0.004);
  x.record(10s);
  EXPECT_NEAR(ms(x.quantile(0.99)), 10'000, 40);
}

TEST(GapStatistics, TakesAnyLength) {
  gap_statistics x;
  x.record(caf::timespan{-5});
  x.record(caf::timespan{0});
  x.record(caf::timespan{63});
  x.record(caf::timespan{64});
  x.record(caf::timespan::max());
  EXPECT_EQ(x.count(), 5u);
  EXPECT_EQ(x.quantile(0.4), caf::timespan{0});
  EXPECT_EQ(x.quantile(0.6), caf::timespan{63});
  EXPECT_EQ(x.quantile(0.8), caf::timespan{64});
  EXPECT_EQ(x.quantile(1.0), caf::timespan::max());
}

} // namespace fib_app
