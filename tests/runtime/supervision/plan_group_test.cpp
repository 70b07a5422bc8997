// SPDX-License-Identifier: Apache-2.0

// What happens while a group of children is restarted.

#include <string>

#include <gtest/gtest.h>

#include "runtime/supervision/plan_driver.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using test::plan_driver;
using start_result = plan_driver::start_result;
using enum supervision_strategy;

// -- failures while a group is on its way -------------------------------------

plan_driver three(supervision_strategy x) {
  plan_driver world{{.strategy = x, .intensity = restart_intensity{10, 5s}}};
  for (auto name : {"a", "b", "c"})
    world.add(name);
  world.begin();
  world.log();
  return world;
}

TEST(GroupRestart, AFailureWhileASiblingIsStoppedCostsNoSecondRestart) {
  auto world = three(one_for_all);
  world.get("c").stops = plan_driver::stop_result::ignores_exit;
  world.fail("a");
  EXPECT_EQ(world.log(), "ask c");
  world.fail("b");
  EXPECT_EQ(world.log(), "");
  world.end("c", {});
  EXPECT_EQ(world.log(), "start a, start b, start c");
  EXPECT_EQ(world.info("a").restarts, 1u);
}

TEST(GroupRestart, ASiblingThatEndsNormallyMeanwhileIsStartedAgain) {
  auto world = three(one_for_all);
  world.start("d", {.restart = restart_type::transient});
  world.get("c").stops = plan_driver::stop_result::ignores_exit;
  world.get("d").stops = plan_driver::stop_result::ignores_exit;
  world.fail("a");
  world.log();
  world.end("d", {});
  EXPECT_EQ(world.log(), "ask c");
  world.end("c", {});
  EXPECT_EQ(world.log(), "ask b, start a, start b, start c, start d");
}

TEST(GroupRestart, AFailureOutsideTheGroupWidensIt) {
  auto world = three(rest_for_one);
  world.get("c").stops = plan_driver::stop_result::ignores_exit;
  world.fail("b");
  EXPECT_EQ(world.log(), "ask c");
  world.fail("a");
  EXPECT_EQ(world.log(), "");
  world.end("c", {});
  EXPECT_EQ(world.log(), "start a, start b, start c");
  EXPECT_EQ(world.info("a").restarts, 2u);
}

TEST(GroupRestart, AFailureWhileALaterSiblingStartsBeginsAnew) {
  auto world = three(rest_for_one);
  world.get("c").starts = {start_result::holds};
  world.fail("b");
  EXPECT_EQ(world.log(), "ask c, start b, start c");
  world.fail("b");
  EXPECT_EQ(world.log(), "cancel c");
  world.release("c", start_result::up);
  EXPECT_EQ(world.log(), "ask c, start b, start c");
  EXPECT_TRUE(world.is_up("c"));
}

TEST(GroupRestart, AStartThatIsNoLongerWantedMayFail) {
  auto world = three(one_for_all);
  world.get("c").starts = {start_result::holds};
  world.fail("a");
  world.fail("a");
  world.log();
  world.release("c", start_result::fails);
  EXPECT_EQ(world.log(), "ask b, start a, start b, start c");
  EXPECT_EQ(world.info("a").restarts, 2u);
}

TEST(GroupRestart, AStartThatFailsInTheMiddleIsTriedAgainFromThere) {
  for (auto strategy : {one_for_all, rest_for_one}) {
    auto world = three(strategy);
    world.get("b").starts = {start_result::fails, start_result::fails};
    world.fail("a");
    EXPECT_EQ(world.log(), "ask c, ask b, start a, start b");
    EXPECT_TRUE(world.is_up("a"));
    EXPECT_EQ(world.info("b").state, child_state::waiting);
    EXPECT_EQ(world.info("c").state, child_state::waiting);
    world.advance(0s);
    EXPECT_EQ(world.log(), "start b, start b, start c");
    EXPECT_EQ(world.info("a").restarts, 3u);
  }
}

TEST(GroupRestart, AFailureBeforeTheNextTryStopsTheEarlierOnesToo) {
  auto world = three(one_for_all);
  world.get("b").starts = {start_result::fails};
  world.fail("a");
  world.log();
  world.fail("a");
  EXPECT_EQ(world.log(), "start a, start b, start c");
}

TEST(GroupRestart, TemporaryChildrenAreDropped) {
  auto world = three(one_for_all);
  world.start("t", {.restart = restart_type::temporary});
  world.start("d");
  world.log();
  world.fail("b");
  EXPECT_EQ(world.log(), "ask d, ask t, remove t, ask c, ask a, start a, "
                         "start b, start c, start d");
}

TEST(GroupRestart, ATemporaryChildBeforeTheGroupStays) {
  plan_driver world{{.strategy = rest_for_one}};
  world.add("t", {.restart = restart_type::temporary});
  world.add("a");
  world.add("b");
  world.begin();
  world.log();
  world.fail("a");
  EXPECT_EQ(world.log(), "ask b, start a, start b");
  EXPECT_TRUE(world.is_up("t"));
}

TEST(GroupRestart, ATransientChildThatEndedIsStartedAgainWithItsGroup) {
  plan_driver world{{.strategy = one_for_all}};
  world.add("a");
  world.add("b", {.restart = restart_type::transient});
  world.begin();
  world.end("b", {});
  world.log();
  world.fail("a");
  EXPECT_EQ(world.log(), "start a, start b");
}

TEST(GroupRestart, AStoppedChildStaysStopped) {
  auto world = three(one_for_all);
  world.stop("b");
  world.log();
  world.fail("a");
  EXPECT_EQ(world.log(), "ask c, start a, start c");
}

TEST(GroupRestart, ADelayBeginsWhenTheChildFailed) {
  plan_driver world{{.strategy = one_for_all}};
  world.add("a", {.delay = restart_backoff{.bounds = {1s, 10s}}});
  world.add("b");
  world.begin();
  world.log();
  world.get("b").stops = plan_driver::stop_result::ignores_exit;
  world.fail("a");
  EXPECT_EQ(world.log(), "ask b");
  world.advance(400ms);
  world.end("b", {});
  EXPECT_EQ(world.log(), "");
  EXPECT_EQ(world.info("a").next_start, caf::timespan{600ms});
  world.advance(599ms);
  EXPECT_EQ(world.log(), "");
  world.advance(1ms);
  EXPECT_EQ(world.log(), "start a, start b");
}

} // namespace
} // namespace troupe
