// SPDX-License-Identifier: Apache-2.0

// How children are started for the first time.

#include <string>

#include <gtest/gtest.h>

#include "runtime/supervision/plan_driver.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using test::plan_driver;
using start_result = plan_driver::start_result;
using enum supervision_strategy;

constexpr supervision_strategy static_strategies[] = {one_for_one, one_for_all,
                                                      rest_for_one};

plan_driver fresh(supervision_strategy x = one_for_one) {
  plan_driver world{{.strategy = x}};
  for (auto name : {"a", "b", "c"})
    world.add(name);
  return world;
}

// -- the first start ----------------------------------------------------------

TEST(FirstStart, IsInOrderAndWaitsForEachAcknowledgement) {
  auto world = fresh();
  world.get("b").starts = {start_result::holds};
  world.begin();
  EXPECT_EQ(world.log(), "start a, start b");
  EXPECT_EQ(world.info("b").state, child_state::starting);
  EXPECT_FALSE(world.ready);
  world.release("b", start_result::up);
  EXPECT_EQ(world.log(), "start c");
  EXPECT_TRUE(world.ready);
}

TEST(FirstStart, OfNobodyIsDoneAtOnce) {
  plan_driver world{{}};
  world.begin();
  EXPECT_TRUE(world.ready);
}

TEST(FirstStart, FailedStopsThoseUpInReverseAndFails) {
  for (auto strategy : static_strategies) {
    auto world = fresh(strategy);
    world.get("c").starts = {start_result::fails};
    world.begin();
    EXPECT_EQ(world.log(), "start a, start b, start c, ask b, ask a, exit");
    ASSERT_TRUE(world.exit_cause);
    EXPECT_EQ(world.exit_cause->code, errc::start_failed);
    EXPECT_EQ(describe(world.exit_cause->reason), "no");
    EXPECT_FALSE(world.ready);
  }
}

TEST(FirstStart, FailedIsFinalForTransientAndTemporaryChildrenToo) {
  for (auto type : {restart_type::transient, restart_type::temporary}) {
    plan_driver world{{}};
    world.add("a", {.restart = type}).starts = {start_result::fails};
    world.begin();
    EXPECT_TRUE(world.exited);
  }
}

TEST(FirstStart, DeclinedKeepsAnEmptyPlace) {
  auto world = fresh();
  world.get("b").starts = {start_result::declines};
  world.begin();
  EXPECT_EQ(world.log(), "start a, start b, start c");
  EXPECT_TRUE(world.ready);
  EXPECT_EQ(world.info("b").state, child_state::empty);
  EXPECT_EQ(world.plan.counts().specs, 3u);
  EXPECT_EQ(world.plan.counts().active, 2u);
}

TEST(FirstStart, DeclinedByATemporaryChildKeepsNone) {
  plan_driver world{{}};
  world.add("a", {.restart = restart_type::temporary}).starts = {
      start_result::declines};
  world.begin();
  EXPECT_FALSE(world.has("a"));
  EXPECT_TRUE(world.ready);
}

TEST(FirstStart, ADeclinedChildIsAskedAgainWithItsGroup) {
  auto world = fresh(one_for_all);
  world.get("b").starts = {start_result::declines};
  world.begin();
  world.log();
  world.fail("c");
  EXPECT_EQ(world.log(), "ask a, start a, start b, start c");
  EXPECT_TRUE(world.is_up("b"));
}

TEST(FirstStart, AFailureMeanwhileIsRepairedMeanwhile) {
  auto world = fresh();
  world.get("c").starts = {start_result::holds};
  world.begin();
  world.log();
  world.fail("a");
  EXPECT_EQ(world.log(), "start a");
  world.release("c", start_result::up);
  EXPECT_TRUE(world.ready);
}

TEST(FirstStart, AFailureMeanwhileRestartsTheGroup) {
  auto world = fresh(one_for_all);
  world.get("c").starts = {start_result::holds};
  world.begin();
  world.log();
  world.fail("a");
  EXPECT_EQ(world.log(), "cancel c");
  world.release("c", start_result::up);
  EXPECT_EQ(world.log(), "ask c, ask b, start a, start b, start c");
  EXPECT_TRUE(world.ready);
}

TEST(FirstStart, AFailureMeanwhileThatExhaustsTheBudgetEndsIt) {
  plan_driver world{{.intensity = restart_intensity{.restarts = 0}}};
  world.add("a");
  world.add("b").starts = {start_result::holds};
  world.begin();
  world.fail("a");
  EXPECT_EQ(world.log(), "start a, start b, cancel b");
  world.release("b", start_result::up);
  EXPECT_EQ(world.log(), "ask b, exit");
  EXPECT_EQ(world.exit_cause->code, errc::restarts_exhausted);
  EXPECT_FALSE(world.ready);
}

TEST(FirstStart, AShutdownMeanwhileStopsWhatIsUp) {
  auto world = fresh();
  world.get("b").starts = {start_result::holds};
  world.begin();
  world.log();
  world.shut_down();
  EXPECT_EQ(world.log(), "cancel b");
  world.release("b", start_result::fails);
  EXPECT_EQ(world.log(), "ask a, exit");
  EXPECT_FALSE(world.exit_cause);
}

} // namespace
} // namespace troupe
