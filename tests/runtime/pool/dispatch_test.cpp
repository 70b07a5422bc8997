// SPDX-License-Identifier: Apache-2.0

#include "runtime/pool/dispatch_fixture.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

class Dispatch : public test::dispatch_fixture {};

// -- queue and credit ---------------------------------------------------------

TEST_F(Dispatch, WithoutAnySlotTasksWaitForTheFirstWorker) {
  submit({1, 2});
  EXPECT_EQ(actions(), lines{});
  EXPECT_EQ(pool.add_slot("b"), 0u);
  EXPECT_EQ(actions(), lines{"start 0/1"});
  ASSERT_TRUE(pool.started({0, 1}, now));
  EXPECT_EQ(actions(), (lines{"report 0 up@b", "assign 1 to 0"}));
}

TEST_F(Dispatch, ANewWorkerGetsTheSecondTaskWhenItAnsweredTheFirst) {
  add_new_workers(1);
  submit({1, 2});
  EXPECT_EQ(actions(), lines{"assign 1 to 0"});
  ASSERT_TRUE(pool.replied(0, 1, now + 10s));
  EXPECT_EQ(actions(), lines{"assign 2 to 0"});
}

TEST_F(Dispatch, AQuickWorkerGetsTasksUpToItsCredit) {
  add_quick_workers(1);
  submit({1, 2, 3, 4});
  EXPECT_EQ(actions(),
            (lines{"assign 1 to 0", "assign 2 to 0", "assign 3 to 0"}));
  ASSERT_TRUE(pool.replied(0, 1, now));
  EXPECT_EQ(actions(), lines{"assign 4 to 0"});
}

TEST_F(Dispatch, TasksAreHandedOutInTheOrderOfTheirArrival) {
  add_new_workers(2);
  submit({1, 2, 3, 4, 5});
  actions();
  ASSERT_TRUE(pool.replied(1, 2, now + 10s));
  ASSERT_TRUE(pool.replied(0, 1, now + 20s));
  ASSERT_TRUE(pool.replied(0, 4, now + 40s));
  EXPECT_EQ(actions(),
            (lines{"assign 3 to 1", "assign 4 to 0", "assign 5 to 0"}));
}

TEST_F(Dispatch, ATaskBeyondTheQueueIsRefused) {
  add_new_workers(1);
  submit({1, 2, 3, 4, 5, 6});
  EXPECT_EQ(actions(), (lines{"assign 1 to 0", "fail 6: queue_full"}));
  EXPECT_EQ(pool.stats().refused, 1u);
}

TEST_F(Dispatch, RoundRobinTakesTurns) {
  auto limits = default_limits();
  limits.policy = routing::round_robin;
  pool = dispatch{limits};
  add_quick_workers(2);
  submit({1, 2, 3});
  EXPECT_EQ(actions(),
            (lines{"assign 1 to 0", "assign 2 to 1", "assign 3 to 0"}));
}

TEST_F(Dispatch, AnAnswerToATaskThatTheSlotDoesNotHoldIsVoid) {
  add_new_workers(1);
  submit({1});
  EXPECT_FALSE(pool.replied(0, 2, now));
  EXPECT_FALSE(pool.replied(7, 1, now));
  EXPECT_FALSE(pool.doubted(7, 1, doubt::broken, now));
  EXPECT_TRUE(pool.replied(0, 1, now));
  EXPECT_FALSE(pool.replied(0, 1, now));
}

// -- death and retry ----------------------------------------------------------

TEST_F(Dispatch, TasksOfADeadWorkerReturnToTheHeadInTheirOldOrder) {
  add_quick_workers(1);
  submit({1, 2, 3, 4, 5});
  actions();
  down({0, 1});
  EXPECT_EQ(actions(), (lines{"report 0 lost, 3 back: boom", "start 0/2"}));
  ASSERT_TRUE(pool.started({0, 2}, now));
  for (task_key x : {1, 2, 3, 4})
    ASSERT_TRUE(pool.replied(0, x, now));
  EXPECT_EQ(actions(),
            (lines{"report 0 up", "assign 1 to 0", "assign 2 to 0",
                   "assign 3 to 0", "assign 4 to 0", "assign 5 to 0"}));
}

TEST_F(Dispatch, TasksOfADeadWorkerGoToAnotherThatHasCredit) {
  add_new_workers(2);
  submit({1});
  actions();
  down({0, 1});
  EXPECT_EQ(actions(), (lines{"report 0 lost, 1 back: boom", "start 0/2",
                              "assign 1 to 1"}));
}

TEST_F(Dispatch, ReturnedTasksFitEvenIfTheQueueIsFull) {
  add_quick_workers(1);
  submit({1, 2, 3, 4, 5, 6, 7});
  actions();
  down({0, 1});
  EXPECT_EQ(pool.stats().queued, 7u);
  submit({8});
  EXPECT_EQ(actions().back(), "fail 8: queue_full");
}

TEST_F(Dispatch, OnlyTheTaskInWorkIsChargedAndFailsAfterTheLastAttempt) {
  add_quick_workers(1);
  submit({1, 2, 3});
  down({0, 1});
  ASSERT_TRUE(pool.started({0, 2}, now));
  ASSERT_TRUE(pool.replied(0, 1, now));
  actions();
  down({0, 2});
  EXPECT_EQ(pool.stats().failed, 0u);
  actions();
  pool.wake({0, 3});
  ASSERT_TRUE(pool.started({0, 3}, now));
  actions();
  down({0, 3});
  auto result = actions();
  ASSERT_FALSE(result.empty());
  EXPECT_EQ(result.front(), "fail 2: worker_lost");
  EXPECT_EQ(pool.stats().queued, 1u);
}

TEST_F(Dispatch, APoisonTaskFailsWithTheCauseAndOthersAreAnswered) {
  add_new_workers(2);
  submit({1, 2});
  actions();
  down({0, 1});
  ASSERT_TRUE(pool.started({0, 2}, now));
  actions();
  pool.down({0, 2}, boom(), now, 1.0);
  auto action = pool.next();
  ASSERT_TRUE(action && std::holds_alternative<fail_task>(*action));
  auto& failed = std::get<fail_task>(*action);
  EXPECT_EQ(failed.task, 1u);
  EXPECT_EQ(failed.reason, make_error(errc::worker_lost));
  EXPECT_EQ(describe(failed.reason),
            "2 workers died over the task, the last one: boom");
  EXPECT_TRUE(pool.replied(1, 2, now));
}

TEST_F(Dispatch, NoticesAboutAnEarlierIncarnationAreIgnored) {
  add_new_workers(1);
  submit({1});
  down({0, 1});
  ASSERT_TRUE(pool.started({0, 2}, now));
  actions();
  down({0, 1});
  pool.start_failed({0, 1}, boom(), now, 1.0);
  pool.proved_alive({0, 1}, now);
  pool.stop_expired({0, 1});
  pool.wake({0, 1});
  EXPECT_FALSE(pool.started({0, 1}, now));
  EXPECT_EQ(actions(), lines{});
  EXPECT_TRUE(pool.replied(0, 1, now));
}

// -- restart and giving up ----------------------------------------------------

TEST_F(Dispatch, RestartsAreFirstImmediateThenDelayedThenRefused) {
  add_new_workers(1);
  down({0, 1});
  EXPECT_EQ(actions(), (lines{"report 0 lost: boom", "start 0/2"}));
  pool.start_failed({0, 2}, boom(), now, 1.0);
  EXPECT_EQ(actions(), (lines{"report 0 lost: boom", "wait 50 ms for 0/3"}));
  pool.wake({0, 3});
  EXPECT_EQ(actions(), lines{"start 0/3"});
  ASSERT_TRUE(pool.started({0, 3}, now));
  down({0, 3});
  EXPECT_EQ(actions(), (lines{"report 0 up", "report 0 lost: boom",
                              "wait 100 ms for 0/4"}));
  pool.wake({0, 4});
  pool.start_failed({0, 4}, boom(), now, 1.0);
  EXPECT_EQ(actions(), (lines{"start 0/4", "report 0 lost: boom",
                              "report 0 given_up: boom", "remove 0"}));
  EXPECT_EQ(pool.stats().restarts, 3u);
}

TEST_F(Dispatch, AfterTheWindowTheBudgetIsFullAgain) {
  add_new_workers(1);
  for (uint64_t generation = 1; generation < 100; ++generation) {
    down({0, generation});
    ASSERT_TRUE(pool.started({0, generation + 1}, now));
    now += 6s;
  }
  EXPECT_EQ(pool.stats().workers, 1u);
}

TEST_F(Dispatch, EachSlotHasItsOwnBudget) {
  add_new_workers(2);
  for (uint64_t generation = 1; generation <= 4; ++generation) {
    down({0, generation});
    pool.wake({0, generation + 1});
    (void)pool.started({0, generation + 1}, now);
  }
  actions();
  down({1, 1});
  EXPECT_EQ(actions(), (lines{"report 1 lost: boom", "start 1/2"}));
}

TEST_F(Dispatch, TasksThatNobodyCanDoAnyMoreFail) {
  for (auto code : {errc::link_lost, errc::unknown_node}) {
    pool = dispatch{default_limits()};
    add_new_workers(1, "b");
    submit({1, 2});
    actions();
    down({0, 1}, make_error(code));
    auto reason = to_string(code);
    EXPECT_EQ(actions(), (lines{"report 0 lost@b, 1 back: " + reason,
                                "report 0 given_up@b: " + reason, "remove 0",
                                "fail 1: no_workers", "fail 2: no_workers"}));
    submit({3});
    EXPECT_EQ(actions(), lines{"fail 3: no_workers"});
    EXPECT_EQ(pool.stats().refused, 1u);
  }
}

TEST_F(Dispatch, AStartOnAnUnknownNodeGivesTheSlotUp) {
  pool.add_slot("b");
  actions();
  pool.start_failed({0, 1}, make_error(errc::unknown_node), now, 1.0);
  EXPECT_EQ(actions(),
            (lines{"report 0 lost@b: unknown_node",
                   "report 0 given_up@b: unknown_node", "remove 0"}));
}

TEST_F(Dispatch, AnAddedWorkerRevivesThePool) {
  add_new_workers(1);
  down({0, 1}, make_error(errc::link_lost));
  actions();
  EXPECT_EQ(pool.add_slot({}), 1u);
  submit({1});
  EXPECT_EQ(actions(), lines{"start 1/1"});
  ASSERT_TRUE(pool.started({1, 1}, now));
  EXPECT_EQ(actions(), (lines{"report 1 up", "assign 1 to 1"}));
}

TEST_F(Dispatch, TasksWaitWhileAWorkerIsStartedOrAboutTo) {
  add_new_workers(1);
  down({0, 1});
  submit({1});
  pool.start_failed({0, 2}, boom(), now, 1.0);
  submit({2});
  EXPECT_EQ(pool.stats().queued, 2u);
  EXPECT_EQ(pool.stats().refused, 0u);
}

// -- errors in doubt ----------------------------------------------------------

TEST_F(Dispatch, AnErrorInDoubtIsReleasedWhenTheWorkerLives) {
  add_quick_workers(1);
  submit({1, 2});
  actions();
  ASSERT_TRUE(pool.doubted(0, 1, doubt::broken, now));
  EXPECT_EQ(actions(), lines{"probe 0/1"});
  EXPECT_FALSE(pool.idle());
  pool.proved_alive({0, 1}, now);
  EXPECT_EQ(actions(), lines{"release 1 of 0"});
  ASSERT_TRUE(pool.replied(0, 2, now));
  EXPECT_TRUE(pool.idle());
  EXPECT_EQ(pool.stats().completed, 3u);
}

TEST_F(Dispatch, ASuspectGetsNoTasksUntilItIsCleared) {
  add_quick_workers(1);
  submit({1});
  ASSERT_TRUE(pool.doubted(0, 1, doubt::broken, now));
  submit({2});
  actions();
  pool.proved_alive({0, 1}, now);
  EXPECT_EQ(actions(), (lines{"release 1 of 0", "assign 2 to 0"}));
}

TEST_F(Dispatch, ErrorsInDoubtOfADeadWorkerAreRetried) {
  add_quick_workers(1);
  submit({1, 2, 3});
  actions();
  ASSERT_TRUE(pool.doubted(0, 1, doubt::broken, now));
  ASSERT_TRUE(pool.doubted(0, 2, doubt::untouched, now));
  ASSERT_TRUE(pool.doubted(0, 3, doubt::untouched, now));
  down({0, 1});
  EXPECT_EQ(actions(),
            (lines{"probe 0/1", "report 0 lost, 3 back: boom", "start 0/2"}));
}

TEST_F(Dispatch, ADoubtThatCameAfterTheProbeNeedsAnother) {
  add_quick_workers(1);
  submit({1, 2});
  actions();
  ASSERT_TRUE(pool.doubted(0, 1, doubt::broken, now));
  ASSERT_TRUE(pool.doubted(0, 2, doubt::broken, now));
  EXPECT_EQ(actions(), lines{"probe 0/1"});
  pool.proved_alive({0, 1}, now);
  EXPECT_EQ(actions(), (lines{"release 1 of 0", "probe 0/1"}));
  pool.proved_alive({0, 1}, now);
  EXPECT_EQ(actions(), lines{"release 2 of 0"});
}

// -- withdrawing --------------------------------------------------------------

TEST_F(Dispatch, AnIdleSlotIsWithdrawnAtOnce) {
  add_new_workers(2);
  ASSERT_TRUE(pool.withdraw(0));
  EXPECT_EQ(actions(), lines{"stop 0/1"});
  submit({1});
  EXPECT_EQ(actions(), lines{"assign 1 to 1"});
  down({0, 1}, {});
  EXPECT_EQ(actions(), (lines{"report 0 withdrawn", "remove 0"}));
}

TEST_F(Dispatch, ABusySlotIsWithdrawnAfterItsLastAnswer) {
  add_quick_workers(1);
  submit({1, 2});
  add_new_workers(1);
  ASSERT_TRUE(pool.withdraw(0));
  submit({3});
  EXPECT_EQ(actions(), lines{"assign 3 to 1"});
  ASSERT_TRUE(pool.replied(0, 1, now));
  EXPECT_EQ(actions(), lines{});
  ASSERT_TRUE(pool.replied(0, 2, now));
  EXPECT_EQ(actions(), lines{"stop 0/1"});
}

TEST_F(Dispatch, ASuspectSlotIsWithdrawnAfterItIsCleared) {
  add_new_workers(2);
  submit({1});
  ASSERT_TRUE(pool.doubted(0, 1, doubt::broken, now));
  ASSERT_TRUE(pool.withdraw(0));
  actions();
  pool.proved_alive({0, 1}, now);
  EXPECT_EQ(actions(), (lines{"release 1 of 0", "stop 0/1"}));
}

TEST_F(Dispatch, ASlotThatIsStartingIsWithdrawnOnceItIsUp) {
  add_new_workers(1);
  pool.add_slot({});
  ASSERT_TRUE(pool.withdraw(1));
  EXPECT_EQ(actions(), lines{"start 1/1"});
  ASSERT_TRUE(pool.started({1, 1}, now));
  EXPECT_EQ(actions(), lines{"stop 1/1"});
}

TEST_F(Dispatch, ASlotThatWaitsForItsStartIsWithdrawnAtOnce) {
  add_new_workers(1);
  down({0, 1});
  pool.start_failed({0, 2}, boom(), now, 1.0);
  actions();
  ASSERT_TRUE(pool.withdraw(0));
  EXPECT_EQ(actions(), (lines{"report 0 withdrawn", "remove 0"}));
  pool.wake({0, 3});
  EXPECT_EQ(actions(), lines{});
}

TEST_F(Dispatch, AWorkerThatDiesWhileItLeavesIsNotStartedAgain) {
  add_new_workers(2);
  submit({1});
  ASSERT_TRUE(pool.withdraw(0));
  actions();
  down({0, 1});
  EXPECT_EQ(actions(),
            (lines{"report 0 lost, 1 back: boom", "report 0 withdrawn",
                   "remove 0", "assign 1 to 1"}));
}

TEST_F(Dispatch, AWithdrawnWorkerThatDoesNotExitIsKilled) {
  add_new_workers(1);
  ASSERT_TRUE(pool.withdraw(0));
  actions();
  pool.stop_expired({0, 1});
  EXPECT_EQ(actions(), (lines{"kill 0", "report 0 withdrawn", "remove 0"}));
}

TEST_F(Dispatch, WithTheLastServingSlotWithdrawnTasksFail) {
  add_new_workers(1);
  submit({1, 2});
  actions();
  ASSERT_TRUE(pool.withdraw(0));
  EXPECT_EQ(actions(), lines{"fail 2: no_workers"});
  ASSERT_TRUE(pool.replied(0, 1, now));
}

TEST_F(Dispatch, AnUnknownSlotCannotBeWithdrawn) {
  EXPECT_FALSE(pool.withdraw(0));
  add_new_workers(1);
  EXPECT_FALSE(pool.withdraw(1));
}

// -- draining and stopping ----------------------------------------------------

TEST_F(Dispatch, IsIdleWhenNothingWaitsAndNobodyHoldsATask) {
  EXPECT_TRUE(pool.idle());
  add_new_workers(1);
  submit({1, 2});
  EXPECT_FALSE(pool.idle());
  ASSERT_TRUE(pool.replied(0, 1, now));
  EXPECT_FALSE(pool.idle());
  ASSERT_TRUE(pool.replied(0, 2, now));
  EXPECT_TRUE(pool.idle());
}

TEST_F(Dispatch, StopFailsAllTasksAndWaitsForTheWorkers) {
  add_new_workers(2);
  submit({1, 2, 3});
  ASSERT_TRUE(pool.doubted(0, 1, doubt::broken, now));
  actions();
  pool.stop();
  EXPECT_EQ(actions(), (lines{"fail 1: pool_stopped", "fail 2: pool_stopped",
                              "fail 3: pool_stopped", "stop 0/1", "stop 1/1"}));
  EXPECT_TRUE(pool.idle());
  submit({4});
  EXPECT_EQ(actions(), lines{"fail 4: pool_stopped"});
  down({1, 1});
  EXPECT_EQ(actions(), lines{"remove 1"});
  pool.stop_expired({0, 1});
  EXPECT_EQ(actions(), (lines{"kill 0", "remove 0", "all stopped"}));
}

TEST_F(Dispatch, StopWaitsForStartsUnderWay) {
  pool.add_slot({});
  pool.add_slot({});
  actions();
  pool.stop();
  EXPECT_EQ(actions(), (lines{"stop 0/1", "stop 1/1"}));
  ASSERT_TRUE(pool.started({0, 1}, now));
  EXPECT_EQ(actions(), lines{"stop 0/1"});
  pool.start_failed({1, 1}, boom(), now, 1.0);
  down({0, 1});
  EXPECT_EQ(actions(), (lines{"report 1 lost: boom", "remove 1", "remove 0",
                              "all stopped"}));
}

TEST_F(Dispatch, StopDoesNotWaitForStartsBeyondItsTime) {
  pool.add_slot({});
  actions();
  pool.stop();
  actions();
  pool.stop_expired({0, 1});
  EXPECT_EQ(actions(), (lines{"remove 0", "all stopped"}));
  EXPECT_FALSE(pool.started({0, 1}, now));
}

TEST_F(Dispatch, StopDoesNotWaitForDelayedStarts) {
  add_new_workers(1);
  down({0, 1});
  pool.start_failed({0, 2}, boom(), now, 1.0);
  actions();
  pool.stop();
  EXPECT_EQ(actions(), (lines{"remove 0", "all stopped"}));
}

TEST_F(Dispatch, StopWithoutWorkersIsDoneAtOnceAndOnlyOnce) {
  submit({1});
  pool.stop();
  EXPECT_EQ(actions(), (lines{"fail 1: pool_stopped", "all stopped"}));
  pool.stop();
  EXPECT_EQ(actions(), lines{});
}

// -- figures ------------------------------------------------------------------

TEST_F(Dispatch, EachAcceptedTaskIsCountedInOnePlace) {
  add_new_workers(1);
  submit({1, 2, 3, 4, 5, 6});
  down({0, 1});
  ASSERT_TRUE(pool.started({0, 2}, now));
  down({0, 2});
  pool.wake({0, 3});
  ASSERT_TRUE(pool.started({0, 3}, now));
  ASSERT_TRUE(pool.replied(0, 2, now));
  auto x = pool.stats();
  EXPECT_EQ(x.workers, 1u);
  EXPECT_EQ(x.accepted, 5u);
  EXPECT_EQ(x.refused, 1u);
  EXPECT_EQ(x.completed, 1u);
  EXPECT_EQ(x.failed, 1u);
  EXPECT_EQ(x.outstanding, 3u);
  EXPECT_EQ(x.queued, 0u);
  EXPECT_EQ(x.retried, 1u);
  EXPECT_EQ(x.restarts, 2u);
}

} // namespace
} // namespace troupe
