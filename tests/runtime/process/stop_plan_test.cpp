// SPDX-License-Identifier: Apache-2.0

#include "process/stop_plan.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;

class StopPlan : public testing::Test {
protected:
  stop_plan plan{2s, 1s};
  stop_plan::time_point begin{100s};
};

TEST_F(StopPlan, HasNothingToDoWhileNobodyAsks) {
  EXPECT_EQ(plan.deadline(), std::nullopt);
  EXPECT_EQ(plan.tick(begin + 1h), std::nullopt);
  EXPECT_EQ(plan.phase(), stop_phase::running);
}

TEST_F(StopPlan, AsksThenTerminatesThenKills) {
  EXPECT_EQ(plan.stop(begin), stop_phase::asked);
  EXPECT_EQ(plan.deadline(), begin + 2s);
  EXPECT_EQ(plan.tick(begin + 2s - 1ms), std::nullopt);
  EXPECT_EQ(plan.tick(begin + 2s), stop_phase::terminated);
  EXPECT_EQ(plan.deadline(), begin + 3s);
  EXPECT_EQ(plan.tick(begin + 3s - 1ms), std::nullopt);
  EXPECT_EQ(plan.tick(begin + 3s), stop_phase::killed);
  EXPECT_EQ(plan.deadline(), std::nullopt);
  EXPECT_EQ(plan.tick(begin + 1h), std::nullopt);
}

TEST_F(StopPlan, CountsTheSecondDeadlineFromTheSignal) {
  EXPECT_EQ(plan.stop(begin), stop_phase::asked);
  EXPECT_EQ(plan.tick(begin + 10s), stop_phase::terminated);
  EXPECT_EQ(plan.deadline(), begin + 11s);
}

TEST_F(StopPlan, AsksOnlyOnce) {
  EXPECT_EQ(plan.stop(begin), stop_phase::asked);
  EXPECT_EQ(plan.stop(begin + 1s), std::nullopt);
  EXPECT_EQ(plan.deadline(), begin + 2s);
}

TEST_F(StopPlan, KillsAtOnceInAnyPhase) {
  EXPECT_EQ(plan.kill(), stop_phase::killed);
  EXPECT_EQ(plan.kill(), std::nullopt);
  EXPECT_EQ(plan.stop(begin), std::nullopt);
  stop_plan asked{2s, 1s};
  EXPECT_EQ(asked.stop(begin), stop_phase::asked);
  EXPECT_EQ(asked.kill(), stop_phase::killed);
}

TEST_F(StopPlan, WithoutTimeoutsKillsOneTickAfterAnother) {
  stop_plan hasty{0s, 0s};
  EXPECT_EQ(hasty.stop(begin), stop_phase::asked);
  EXPECT_EQ(hasty.tick(begin), stop_phase::terminated);
  EXPECT_EQ(hasty.tick(begin), stop_phase::killed);
}

} // namespace
} // namespace troupe
