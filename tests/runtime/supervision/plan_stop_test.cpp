// SPDX-License-Identifier: Apache-2.0

// How children are stopped.

#include <string>

#include <gtest/gtest.h>

#include "runtime/supervision/plan_driver.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using test::plan_driver;
using start_result = plan_driver::start_result;
using stop_result = plan_driver::stop_result;
using enum supervision_strategy;

constexpr supervision_strategy static_strategies[] = {one_for_one, one_for_all,
                                                      rest_for_one};

plan_driver fresh(supervision_strategy x = one_for_one) {
  plan_driver world{{.strategy = x}};
  for (auto name : {"a", "b", "c"})
    world.add(name);
  return world;
}

plan_driver three(supervision_strategy x = one_for_one) {
  auto world = fresh(x);
  world.begin();
  world.log();
  return world;
}

// -- the stop -----------------------------------------------------------------

TEST(Shutdown, IsInReverseOrderOneAfterAnother) {
  for (auto strategy : static_strategies) {
    auto world = three(strategy);
    world.get("b").stops = stop_result::ignores_exit;
    world.shut_down();
    EXPECT_EQ(world.log(), "ask c, ask b");
    world.end("b", {});
    EXPECT_EQ(world.log(), "ask a, exit");
  }
}

TEST(Shutdown, OfNobodyIsDoneAtOnce) {
  plan_driver world{{}};
  world.begin();
  world.shut_down();
  EXPECT_TRUE(world.exited);
}

TEST(Shutdown, AskedTwiceIsDoneOnce) {
  auto world = three();
  world.get("c").stops = stop_result::ignores_exit;
  world.shut_down();
  world.shut_down();
  EXPECT_EQ(world.log(), "ask c");
  world.end("c", {});
  EXPECT_EQ(world.log(), "ask b, ask a, exit");
}

TEST(Shutdown, KillsWhoTakesLongerThanItsLimit) {
  plan_driver world{{}};
  world.add("a");
  world.add("b", {.shutdown = stop_limit::within(3s)}).stops =
      stop_result::ignores_exit;
  world.begin();
  world.reports();
  world.log();
  world.shut_down();
  world.advance(3s - 1ms);
  EXPECT_EQ(world.log(), "ask b");
  world.advance(1ms);
  EXPECT_EQ(world.log(), "kill b, ask a, exit");
  EXPECT_EQ(world.reports(), "overdue b, stopped b, stopped a");
}

TEST(Shutdown, WaitsForEverWithoutALimit) {
  plan_driver world{{}};
  world.add("a", {.shutdown = stop_limit::none()}).stops =
      stop_result::ignores_exit;
  world.begin();
  world.log();
  world.shut_down();
  world.advance(1'000h);
  EXPECT_EQ(world.log(), "ask a");
  world.end("a", {});
  EXPECT_EQ(world.log(), "exit");
}

TEST(Shutdown, DoesNotAskWhoIsKilledAtOnce) {
  plan_driver world{{}};
  world.add("a", {.shutdown = stop_limit::at_once()});
  world.begin();
  world.log();
  world.shut_down();
  EXPECT_EQ(world.log(), "kill a, exit");
}

TEST(Shutdown, GoesOnWithoutWhoCannotBeKilled) {
  plan_driver world{{.kill_timeout = 2s}};
  world.add("a");
  world.add("b", {.shutdown = stop_limit::within(3s)}).stops =
      stop_result::never_ends;
  world.begin();
  world.reports();
  world.log();
  world.shut_down();
  world.advance(4s);
  EXPECT_EQ(world.log(), "ask b, kill b");
  EXPECT_EQ(world.plan.counts().disowned, 0u);
  world.advance(1s);
  EXPECT_EQ(world.log(), "disown b, ask a, exit");
  EXPECT_EQ(world.reports(), "overdue b, disowned b, stopped a");
  EXPECT_EQ(world.plan.counts().disowned, 1u);
}

TEST(Shutdown, CountsADisownedChildUntilItEnds) {
  plan_driver world{{.kill_timeout = 2s}};
  world.add("a", {.shutdown = stop_limit::at_once()}).stops =
      stop_result::never_ends;
  world.begin();
  auto stuck = *world.get("a").present;
  world.restart("a");
  world.advance(2s);
  EXPECT_TRUE(world.is_up("a"));
  EXPECT_EQ(world.plan.counts().disowned, 1u);
  world.plan.ended(stuck, make_error(caf::exit_reason::kill), world.now, 0.5);
  EXPECT_EQ(world.plan.counts().disowned, 0u);
  EXPECT_FALSE(world.plan.next());
}

TEST(Shutdown, ChildrenThatFailMeanwhileStayDown) {
  auto world = three(one_for_all);
  world.get("c").stops = stop_result::ignores_exit;
  world.shut_down();
  world.fail("a");
  world.fail("c");
  EXPECT_EQ(world.log(), "ask c, ask b, exit");
}

TEST(Shutdown, OvertakesTheRestartOfAGroup) {
  auto world = three(one_for_all);
  world.get("c").stops = stop_result::ignores_exit;
  world.fail("a");
  world.shut_down();
  world.end("c", {});
  EXPECT_EQ(world.log(), "ask c, ask b, exit");
}

TEST(Shutdown, OvertakesAGroupThatWaits) {
  plan_driver world{{.strategy = one_for_all}};
  world.add("a", {.delay = restart_backoff{}});
  world.add("b");
  world.begin();
  world.fail("a");
  world.log();
  world.shut_down();
  EXPECT_EQ(world.log(), "exit");
  world.advance(1h);
  EXPECT_EQ(world.log(), "");
}

TEST(Shutdown, StartsNoChildWhoseDelayEndsMeanwhile) {
  plan_driver world{{}};
  world.add("a", {.delay = restart_backoff{.bounds = {1s, 1s}}});
  world.add("b").stops = stop_result::ignores_exit;
  world.begin();
  world.fail("a");
  world.log();
  world.shut_down();
  world.advance(2s);
  EXPECT_EQ(world.log(), "ask b");
  world.end("b", {});
  EXPECT_EQ(world.log(), "exit");
}

TEST(Shutdown, AStartThatFailsMeanwhileIsNotTriedAgain) {
  auto world = three();
  world.get("a").starts = {start_result::holds};
  world.get("b").stops = stop_result::ignores_exit;
  world.fail("a");
  world.log();
  world.shut_down();
  EXPECT_EQ(world.log(), "ask c, ask b");
  world.release("a", start_result::fails);
  EXPECT_FALSE(world.exit_cause);
  world.end("b", {});
  EXPECT_EQ(world.log(), "exit");
}

TEST(Shutdown, AFailureInTheStopIsTold) {
  auto world = three();
  world.get("c").stops = stop_result::ignores_exit;
  world.shut_down();
  world.reports();
  world.fail("c");
  auto& reports = world.all_reports();
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports.front().first.what, supervision_event::kind::stopped);
  EXPECT_EQ(describe(reports.front().first.reason), "boom");
}

TEST(Shutdown, EmptyPlacesAreNoHindrance) {
  auto world = three();
  world.stop("b");
  world.log();
  world.shut_down();
  EXPECT_EQ(world.log(), "ask c, ask a, exit");
}

// -- dynamic children ---------------------------------------------------------

plan_driver dynamic_three(const child_policy& policy = {}) {
  plan_driver world{{.strategy = dynamic, .kill_timeout = 2s}};
  world.begin();
  for (auto name : {"a", "b", "c"})
    world.start(name, policy);
  world.log();
  return world;
}

TEST(DynamicChildren, AreStoppedTogether) {
  auto world = dynamic_three();
  for (auto name : {"a", "b", "c"})
    world.get(name).stops = stop_result::ignores_exit;
  world.shut_down();
  EXPECT_EQ(world.log(), "ask a, ask b, ask c");
  world.end("b", {});
  world.end("a", {});
  EXPECT_EQ(world.log(), "");
  world.end("c", {});
  EXPECT_EQ(world.log(), "exit");
}

TEST(DynamicChildren, AreKilledTogether) {
  auto world = dynamic_three({.shutdown = stop_limit::within(1s)});
  world.get("a").stops = stop_result::never_ends;
  world.get("b").stops = stop_result::ignores_exit;
  world.shut_down();
  EXPECT_EQ(world.log(), "ask a, ask b, ask c");
  world.advance(1s);
  EXPECT_EQ(world.log(), "kill a, kill b");
  world.advance(2s);
  EXPECT_EQ(world.log(), "disown a, exit");
}

TEST(DynamicChildren, ThatAreStillStartingAreStoppedWhenTheyAreUp) {
  plan_driver world{{.strategy = dynamic}};
  world.begin();
  auto call = world.start("a", {}, {start_result::holds});
  world.shut_down();
  EXPECT_EQ(world.answer(call), "supervisor_stopping");
  EXPECT_EQ(world.log(), "start a, cancel a");
  world.release("a", start_result::up);
  EXPECT_EQ(world.log(), "ask a, exit");
}

TEST(DynamicChildren, AreRestartedAlone) {
  auto world = dynamic_three();
  world.fail("b");
  EXPECT_EQ(world.log(), "start b");
}

TEST(DynamicChildren, LeaveNoPlaceBehind) {
  for (auto type : {restart_type::transient, restart_type::temporary}) {
    auto world = dynamic_three({.restart = type});
    world.end("b", {});
    EXPECT_EQ(world.log(), "remove b");
    EXPECT_EQ(world.plan.counts().specs, 2u);
  }
  auto world = dynamic_three();
  world.stop("a");
  EXPECT_EQ(world.log(), "ask a, remove a");
}

TEST(DynamicChildren, ThatDeclineOrFailToStartLeaveNoPlaceBehind) {
  plan_driver world{{.strategy = dynamic}};
  world.begin();
  auto declined = world.start("a", {}, {start_result::declines});
  EXPECT_EQ(world.answer(declined), "child_not_running");
  auto failed = world.start("b", {}, {start_result::fails});
  EXPECT_EQ(world.answer(failed), "start_failed");
  EXPECT_EQ(world.plan.counts().specs, 0u);
  EXPECT_FALSE(world.exited);
}

} // namespace
} // namespace troupe
