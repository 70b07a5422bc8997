// SPDX-License-Identifier: Apache-2.0

// What is asked of a supervisor, in quiet times and while it is busy.

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

plan_driver three(supervision_strategy x = one_for_one,
                  const child_policy& policy = {}) {
  plan_driver world{{.strategy = x}};
  for (auto name : {"a", "b", "c"})
    world.add(name, policy);
  world.begin();
  world.log();
  return world;
}

const child_policy delayed{
    .delay = restart_backoff{.bounds = {.first = 10s, .cap = 10s}}};

// -- in quiet times -----------------------------------------------------------

TEST(StartRequest, IsAnsweredWhenTheChildIsUp) {
  auto world = three();
  auto call = world.start("d", {}, {start_result::holds});
  EXPECT_EQ(world.log(), "start d");
  EXPECT_EQ(world.answer(call), "waits");
  world.release("d", start_result::up);
  EXPECT_EQ(world.answer(call), "ok");
}

TEST(StartRequest, ThatFailsKeepsNoPlaceAndCostsNothing) {
  auto world = three();
  auto call = world.start("d", {}, {start_result::fails});
  EXPECT_EQ(world.answer(call), "start_failed");
  EXPECT_FALSE(world.has("d"));
  EXPECT_EQ(world.info("a").restarts, 0u);
  EXPECT_FALSE(world.exited);
}

TEST(StartRequest, ThatIsDeclinedKeepsAnEmptyPlace) {
  auto world = three();
  auto call = world.start("d", {}, {start_result::declines});
  EXPECT_EQ(world.answer(call), "child_not_running");
  EXPECT_EQ(world.info("d").state, child_state::empty);
}

TEST(StartRequest, PutsTheChildBehindTheOthers) {
  auto world = three(rest_for_one);
  world.start("d");
  world.log();
  world.fail("c");
  EXPECT_EQ(world.log(), "ask d, start c, start d");
}

TEST(StopRequest, IsAnsweredWhenTheChildIsDown) {
  auto world = three();
  world.get("b").stops = stop_result::ignores_exit;
  auto call = world.stop("b");
  EXPECT_EQ(world.log(), "ask b");
  EXPECT_EQ(world.answer(call), "waits");
  world.end("b", {});
  EXPECT_EQ(world.answer(call), "ok");
  EXPECT_EQ(world.info("b").state, child_state::empty);
  EXPECT_TRUE(world.is_up("a"));
  EXPECT_TRUE(world.is_up("c"));
}

TEST(StopRequest, KeepsTheSpecOfTransientAndPermanentChildren) {
  for (auto type : {restart_type::permanent, restart_type::transient}) {
    auto world = three(one_for_one, {.restart = type});
    world.stop("b");
    EXPECT_TRUE(world.has("b"));
    EXPECT_EQ(world.answer(world.restart("b")), "ok");
    EXPECT_TRUE(world.is_up("b"));
  }
}

TEST(StopRequest, RemovesATemporaryChild) {
  auto world = three(one_for_one, {.restart = restart_type::temporary});
  EXPECT_EQ(world.answer(world.stop("b")), "ok");
  EXPECT_FALSE(world.has("b"));
}

TEST(StopRequest, OfAStoppedChildIsFine) {
  auto world = three();
  world.stop("b");
  EXPECT_EQ(world.answer(world.stop("b")), "ok");
}

TEST(StopRequest, TwiceAtOnceIsAnsweredTwice) {
  auto world = three();
  world.get("b").stops = stop_result::ignores_exit;
  auto first = world.stop("b");
  auto second = world.stop("b");
  EXPECT_EQ(world.log(), "ask b");
  world.end("b", {});
  EXPECT_EQ(world.answer(first), "ok");
  EXPECT_EQ(world.answer(second), "ok");
}

TEST(StopRequest, OfAStubbornChildKillsIt) {
  auto world = three(one_for_one, {.shutdown = stop_limit::within(1s)});
  world.get("b").stops = stop_result::ignores_exit;
  auto call = world.stop("b");
  world.advance(1s);
  EXPECT_EQ(world.log(), "ask b, kill b");
  EXPECT_EQ(world.answer(call), "ok");
}

TEST(RestartRequest, StopsAndStarts) {
  auto world = three();
  auto before = world.generation("b");
  EXPECT_EQ(world.answer(world.restart("b")), "ok");
  EXPECT_EQ(world.log(), "ask b, start b");
  EXPECT_GT(world.generation("b"), before);
  EXPECT_TRUE(world.closed.empty());
}

TEST(RestartRequest, ThatFailsLeavesThePlaceEmpty) {
  auto world = three();
  world.get("b").starts = {start_result::fails};
  EXPECT_EQ(world.answer(world.restart("b")), "start_failed");
  EXPECT_EQ(world.info("b").state, child_state::empty);
  EXPECT_EQ(world.closed.count("b"), 1u);
  EXPECT_FALSE(world.plan.next_deadline());
}

TEST(DeleteRequest, IsForStoppedChildren) {
  auto world = three();
  EXPECT_EQ(world.answer(world.remove("b")), "child_running");
  world.stop("b");
  EXPECT_EQ(world.answer(world.remove("b")), "ok");
  EXPECT_FALSE(world.has("b"));
  EXPECT_EQ(world.plan.counts().specs, 2u);
}

// -- while the child is busy --------------------------------------------------

TEST(RequestForAWaitingChild, MayStopIt) {
  auto world = three(one_for_one, delayed);
  world.fail("b");
  EXPECT_EQ(world.answer(world.stop("b")), "ok");
  EXPECT_EQ(world.info("b").state, child_state::empty);
  world.advance(1h);
  EXPECT_EQ(world.log(), "");
}

TEST(RequestForAWaitingChild, MayDeleteIt) {
  auto world = three(one_for_one, delayed);
  world.fail("b");
  EXPECT_EQ(world.answer(world.remove("b")), "ok");
  world.advance(1h);
  EXPECT_EQ(world.log(), "remove b");
}

TEST(RequestForAWaitingChild, MayStartItNow) {
  auto world = three(one_for_one, delayed);
  world.fail("b");
  EXPECT_EQ(world.answer(world.restart("b")), "ok");
  EXPECT_EQ(world.log(), "start b");
  world.advance(1h);
  EXPECT_EQ(world.log(), "");
}

TEST(RequestForAStartingChild, MayStopIt) {
  auto world = three();
  auto start = world.start("d", {}, {start_result::holds});
  auto stop = world.stop("d");
  EXPECT_EQ(world.log(), "start d, cancel d");
  EXPECT_EQ(world.answer(start), "child_not_running");
  EXPECT_EQ(world.answer(stop), "waits");
  world.release("d", start_result::up);
  EXPECT_EQ(world.log(), "ask d");
  EXPECT_EQ(world.answer(stop), "ok");
}

TEST(RequestForAStartingChild, MayNeitherRestartNorDeleteIt) {
  auto world = three();
  world.start("d", {}, {start_result::holds});
  EXPECT_EQ(world.answer(world.restart("d")), "child_busy");
  EXPECT_EQ(world.answer(world.remove("d")), "child_running");
}

TEST(RequestForAStoppingChild, MayNeitherRestartNorDeleteIt) {
  auto world = three();
  world.get("b").stops = stop_result::ignores_exit;
  world.stop("b");
  EXPECT_EQ(world.answer(world.restart("b")), "child_busy");
  EXPECT_EQ(world.answer(world.remove("b")), "child_running");
}

TEST(RequestForAChildThatIsRestarted, MayStopIt) {
  auto world = three();
  world.get("b").stops = stop_result::ignores_exit;
  auto restart = world.restart("b");
  auto stop = world.stop("b");
  world.end("b", {});
  EXPECT_EQ(world.answer(restart), "child_not_running");
  EXPECT_EQ(world.answer(stop), "ok");
  EXPECT_EQ(world.log(), "ask b");
}

// -- while a group is on its way ----------------------------------------------

TEST(RequestDuringAGroupRestart, ToStopAChildKeepsItDown) {
  auto world = three(one_for_all);
  world.get("c").stops = stop_result::ignores_exit;
  world.fail("a");
  EXPECT_EQ(world.answer(world.stop("b")), "ok");
  world.end("c", {});
  EXPECT_EQ(world.log(), "ask c, ask b, start a, start c");
}

TEST(RequestDuringAGroupRestart, ToStopTheChildThatFailed) {
  auto world = three(one_for_all, delayed);
  world.fail("b");
  EXPECT_EQ(world.answer(world.stop("b")), "ok");
  world.log();
  world.advance(10s);
  EXPECT_EQ(world.log(), "start a, start c");
}

TEST(RequestDuringAGroupRestart, ToDeleteTheChildThatFailed) {
  auto world = three(one_for_all, delayed);
  world.fail("b");
  world.log();
  EXPECT_EQ(world.answer(world.remove("b")), "ok");
  world.advance(10s);
  EXPECT_EQ(world.log(), "remove b, start a, start c");
}

TEST(RequestDuringAGroupRestart, ToDeleteTheChildThatDoesNotStart) {
  auto world = three(rest_for_one, delayed);
  world.get("b").starts = {start_result::fails};
  world.fail("b");
  world.advance(10s);
  world.log();
  EXPECT_EQ(world.answer(world.remove("b")), "ok");
  world.advance(20s);
  EXPECT_EQ(world.log(), "remove b, start c");
}

TEST(RequestDuringAGroupRestart, ToStartAChildWaitsForItsTurn) {
  auto world = three(one_for_all, delayed);
  world.fail("b");
  world.log();
  auto call = world.start("d");
  EXPECT_EQ(world.answer(call), "waits");
  EXPECT_EQ(world.log(), "");
  world.advance(10s);
  EXPECT_EQ(world.log(), "start a, start b, start c, start d");
  EXPECT_EQ(world.answer(call), "ok");
}

TEST(RequestDuringAGroupRestart, ToStartAChildThatFailsHoldsNobodyBack) {
  auto world = three(one_for_all, delayed);
  world.fail("b");
  auto first = world.start("d", {}, {start_result::fails});
  auto second = world.start("e");
  world.advance(10s);
  EXPECT_EQ(world.answer(first), "start_failed");
  EXPECT_EQ(world.answer(second), "ok");
  EXPECT_FALSE(world.has("d"));
  EXPECT_TRUE(world.is_up("e"));
}

TEST(RequestDuringAGroupRestart, ToRestartAChildOutsideOfIt) {
  auto world = three(rest_for_one, delayed);
  world.fail("b");
  world.log();
  EXPECT_EQ(world.answer(world.restart("a")), "ok");
  EXPECT_EQ(world.log(), "ask a, start a");
  world.advance(10s);
  EXPECT_EQ(world.log(), "start b, start c");
}

TEST(RequestDuringAGroupRestart, ToRestartAChildOfItWaitsForItsTurn) {
  auto world = three(one_for_all, delayed);
  world.fail("b");
  world.log();
  auto call = world.restart("c");
  EXPECT_EQ(world.log(), "");
  world.advance(10s);
  EXPECT_EQ(world.log(), "start a, start b, start c");
  EXPECT_EQ(world.answer(call), "ok");
}

TEST(RequestDuringAGroupRestart, ToStartAChildAfterTheLastOneWasDeleted) {
  auto world = three(rest_for_one, delayed);
  world.fail("c");
  world.remove("c");
  auto call = world.start("d");
  world.advance(10s);
  EXPECT_EQ(world.answer(call), "ok");
  EXPECT_EQ(world.log(), "remove c, start d");
}

TEST(RequestDuringAGroupRestart, ToRestartAChildWhoseTurnHasPassed) {
  auto world = three(one_for_all, delayed);
  world.get("b").starts = {start_result::fails};
  world.fail("c");
  world.advance(10s);
  world.log();
  auto call = world.restart("a");
  EXPECT_EQ(world.log(), "ask a, start a");
  EXPECT_EQ(world.answer(call), "ok");
  world.stop("a");
  world.log();
  call = world.restart("a");
  EXPECT_EQ(world.log(), "start a");
  EXPECT_EQ(world.answer(call), "ok");
  world.advance(20s);
  EXPECT_EQ(world.log(), "start b, start c");
}

TEST(RequestDuringTheFirstStart, ToStartAChildWaitsForItsTurn) {
  plan_driver world{{}};
  world.add("a").starts = {start_result::holds};
  world.add("b");
  world.begin();
  auto call = world.start("c");
  EXPECT_EQ(world.log(), "start a");
  world.release("a", start_result::up);
  EXPECT_EQ(world.log(), "start b, start c");
  EXPECT_EQ(world.answer(call), "ok");
}

// -- while the supervisor is stopping -----------------------------------------

TEST(RequestDuringShutdown, StartsNobody) {
  auto world = three();
  world.stop("a");
  world.get("c").stops = stop_result::ignores_exit;
  world.shut_down();
  EXPECT_EQ(world.answer(world.start("d")), "supervisor_stopping");
  EXPECT_EQ(world.answer(world.restart("a")), "supervisor_stopping");
  EXPECT_EQ(world.answer(world.restart("b")), "supervisor_stopping");
  world.end("c", {});
  EXPECT_TRUE(world.exited);
}

TEST(RequestDuringShutdown, MayWaitForAChildsEnd) {
  auto world = three();
  world.get("c").stops = stop_result::ignores_exit;
  world.shut_down();
  auto call = world.stop("c");
  EXPECT_EQ(world.answer(call), "waits");
  world.end("c", {});
  EXPECT_EQ(world.answer(call), "ok");
}

TEST(RequestDuringShutdown, AStartThatWaitedIsRefused) {
  auto world = three(one_for_all, delayed);
  world.fail("b");
  auto call = world.start("d");
  world.shut_down();
  EXPECT_EQ(world.answer(call), "supervisor_stopping");
  EXPECT_TRUE(world.exited);
}

// -- numbers ------------------------------------------------------------------

TEST(Counts, TellWorkersSupervisorsAndRestarts) {
  plan_driver world{{}};
  world.add("a");
  world.add("b", {.kind = child_kind::supervisor});
  world.add("c");
  world.begin();
  world.fail("a");
  world.fail("b");
  world.stop("c");
  auto x = world.plan.counts();
  EXPECT_EQ(x.specs, 3u);
  EXPECT_EQ(x.active, 2u);
  EXPECT_EQ(x.supervisors, 1u);
  EXPECT_EQ(x.workers, 2u);
  EXPECT_EQ(x.restarts, 2u);
  world.stop("b");
  world.remove("b");
  EXPECT_EQ(world.plan.counts().supervisors, 0u);
}

} // namespace
} // namespace troupe
