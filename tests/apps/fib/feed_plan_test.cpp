// SPDX-License-Identifier: Apache-2.0

#include "feed_plan.hpp"

#include <gtest/gtest.h>

namespace fib_app {

namespace {

std::vector<uint32_t> sendable(feed_plan& x) {
  std::vector<uint32_t> result;
  while (auto task = x.next())
    result.push_back(*task);
  return result;
}

using tasks = std::vector<uint32_t>;

} // namespace

TEST(FeedPlan, SendsAllTasksInOrderIfTheWindowPermits) {
  feed_plan x{3, 10};
  EXPECT_EQ(sendable(x), (tasks{0, 1, 2}));
  x.handled(3);
  EXPECT_EQ(sendable(x), tasks{});
}

TEST(FeedPlan, SendsNoMoreThanTheWindowUntilAnswersAreHandled) {
  feed_plan x{6, 2};
  EXPECT_EQ(sendable(x), (tasks{0, 1}));
  x.handled(1);
  EXPECT_EQ(sendable(x), tasks{2});
  x.handled(2);
  EXPECT_EQ(sendable(x), (tasks{3, 4}));
}

TEST(FeedPlan, PausesOnARefusalAndSendsTheTaskAgain) {
  feed_plan x{4, 3};
  EXPECT_EQ(sendable(x), (tasks{0, 1, 2}));
  EXPECT_TRUE(x.refused(2));
  EXPECT_FALSE(x.refused(1));
  EXPECT_EQ(sendable(x), tasks{});
  x.resume();
  EXPECT_EQ(sendable(x), (tasks{1, 2}));
  x.handled(1);
  EXPECT_EQ(sendable(x), tasks{3});
}

} // namespace fib_app
