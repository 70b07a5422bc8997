// SPDX-License-Identifier: Apache-2.0

#include "runtime/pool/dispatch_fixture.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

class DispatchEnds : public test::dispatch_fixture {
protected:
  void submit_with(task_key task, task_traits traits) {
    pool.submit(task, traits, now);
  }

  /// Adds a worker that may be killed, and hands it a task.
  void give_to_killable(task_key task) {
    ASSERT_TRUE(pool.started({pool.add_slot({}, true), 1}, now));
    submit({task});
    actions();
  }
};

// -- priorities and attempts --------------------------------------------------

TEST_F(DispatchEnds, HigherPrioritiesGoFirstAndEqualOnesByAge) {
  add_new_workers(1);
  submit({1});
  submit_with(2, {.priority = task_priority::low});
  submit_with(3, {});
  submit_with(4, {.priority = task_priority::high});
  submit_with(5, {.priority = task_priority::high});
  actions();
  for (task_key x : {1, 4, 5, 3})
    ASSERT_TRUE(pool.replied(0, x, now + 10s));
  EXPECT_EQ(actions(), (lines{"assign 4 to 0", "assign 5 to 0", "assign 3 to 0",
                              "assign 2 to 0"}));
}

TEST_F(DispatchEnds, ATaskMayHaveALimitOfItsOwn) {
  add_new_workers(1);
  submit_with(1, {.max_attempts = 1});
  actions();
  down({0, 1});
  EXPECT_EQ(actions()[0], "fail 1: worker_lost");
}

TEST_F(DispatchEnds, ATaskForOneWorkerIsTriedNowhereElse) {
  add_new_workers(2);
  pool.submit_to(0, 1, {}, now);
  pool.submit_to(0, 2, {}, now);
  EXPECT_EQ(actions(), (lines{"assign 1 to 0", "assign 2 to 0"}));
  down({0, 1});
  EXPECT_EQ(actions(), (lines{"fail 1: worker_lost", "fail 2: worker_lost",
                              "report 0 lost: boom", "start 0/2"}));
}

TEST_F(DispatchEnds, ATaskForAWorkerThatIsGoneIsRefused) {
  pool.submit_to(7, 1, {}, now);
  EXPECT_EQ(actions(), lines{"fail 1: no_workers"});
}

TEST_F(DispatchEnds, AWorkerHoldsAtMostItsCreditOfTasksForItAlone) {
  add_quick_workers(1);
  submit({1, 2, 3});
  for (task_key x : {11, 12, 13, 14})
    pool.submit_to(0, x, {}, now);
  auto done = actions();
  ASSERT_EQ(done.size(), 7u);
  EXPECT_EQ(done[5], "assign 13 to 0");
  EXPECT_EQ(done[6], "fail 14: queue_full");
  EXPECT_EQ(pool.stats().refused, 1u);
  ASSERT_TRUE(pool.replied(0, 11, now));
  pool.submit_to(0, 15, {}, now);
  EXPECT_EQ(actions(), lines{"assign 15 to 0"});
}

TEST_F(DispatchEnds, ScatteringIsRefusedWithTooFewWorkersThatHaveRoom) {
  add_new_workers(3);
  for (task_key x : {1, 2, 3})
    pool.submit_to(1, x, {}, now);
  actions();
  auto refusal = [&](size_t wanted) {
    return pool.refuse_scattered({0, 1, 2}, wanted);
  };
  EXPECT_FALSE(refusal(2));
  EXPECT_EQ(pool.stats().refused, 0u);
  auto why = refusal(3);
  ASSERT_TRUE(why);
  EXPECT_EQ(*why, errc::queue_full);
  EXPECT_EQ(pool.stats().refused, 1u);
  EXPECT_EQ(actions(), lines{});
  ASSERT_TRUE(pool.replied(1, 1, now));
  EXPECT_FALSE(refusal(3));
}

// -- cancelling ---------------------------------------------------------------

TEST_F(DispatchEnds, ACancelledTaskThatWaitsIsRemovedAtOnce) {
  add_new_workers(1);
  submit({1, 2, 3});
  actions();
  EXPECT_EQ(pool.cancel({2, 99}, now), 1u);
  EXPECT_EQ(actions(), lines{"fail 2: task_cancelled"});
  ASSERT_TRUE(pool.replied(0, 1, now));
  EXPECT_EQ(actions(), lines{"assign 3 to 0"});
}

TEST_F(DispatchEnds, ACancelledTaskThatRunsIsAnsweredAndItsWorkerTold) {
  add_new_workers(1);
  submit({1});
  actions();
  now += 10ms;
  EXPECT_EQ(pool.cancel({1}, now), 1u);
  EXPECT_EQ(actions(), (lines{"abandon 1: task_cancelled",
                              "interrupt 0/1, again in 50 ms"}));
  EXPECT_TRUE(pool.lingers(1));
  EXPECT_TRUE(pool.idle());
  EXPECT_FALSE(pool.replied(0, 1, now));
  EXPECT_EQ(actions(), lines{"drop 1"});
  EXPECT_FALSE(pool.lingers(1));
}

TEST_F(DispatchEnds, AWorkerIsNotToldBeforeItCanHaveBegun) {
  add_quick_workers(1);
  submit({1, 2});
  actions();
  pool.cancel({2}, now);
  EXPECT_EQ(actions(), lines{"abandon 2: task_cancelled"});
  ASSERT_TRUE(pool.replied(0, 1, now));
  EXPECT_EQ(actions(), lines{"interrupt 0/1, again in 50 ms"});
}

TEST_F(DispatchEnds, ABusyWorkerIsRemindedUntilItIsDone) {
  add_new_workers(1);
  submit({1});
  pool.cancel({1}, now);
  actions();
  pool.interrupt_due({0, 1}, now + 50ms);
  EXPECT_EQ(actions(), lines{"interrupt 0/1, again in 50 ms"});
  EXPECT_FALSE(pool.replied(0, 1, now));
  actions();
  pool.interrupt_due({0, 1}, now + 100ms);
  EXPECT_EQ(actions(), lines{});
}

TEST_F(DispatchEnds, AProcessThatDoesNotGiveUpInTimeIsReplacedAlone) {
  give_to_killable(1);
  add_new_workers(1);
  pool.cancel({1}, now);
  actions();
  pool.interrupt_due({0, 1}, now + 980ms);
  EXPECT_EQ(actions(), lines{"interrupt 0/1, again in 20 ms"});
  pool.interrupt_due({0, 1}, now + 1s);
  EXPECT_EQ(actions(), lines{"replace 0/1"});
  submit({2});
  EXPECT_EQ(actions(), lines{"assign 2 to 1"});
  down({0, 1});
  EXPECT_EQ(actions(), (lines{"drop 1", "report 0 lost: boom", "start 0/2"}));
}

TEST_F(DispatchEnds, AGraceMayBeWithoutEnd) {
  auto limits = default_limits();
  limits.cancel_grace = caf::timespan::max();
  pool = dispatch{limits};
  give_to_killable(1);
  pool.cancel({1}, now);
  EXPECT_EQ(actions(), (lines{"abandon 1: task_cancelled",
                              "interrupt 0/1, again in 50 ms"}));
}

TEST_F(DispatchEnds, AReplacementCostsNoRestart) {
  for (uint64_t generation = 1; generation < 10; ++generation) {
    if (generation == 1)
      give_to_killable(1);
    else
      ASSERT_TRUE(pool.started({0, generation}, now));
    if (generation > 1)
      submit({1});
    pool.cancel({1}, now);
    pool.interrupt_due({0, generation}, now + 1s);
    down({0, generation});
    EXPECT_EQ(actions().back(), fmt::format("start 0/{}", generation + 1));
  }
}

TEST_F(DispatchEnds, ATaskThatWasInterruptedByMistakeRunsAgain) {
  add_quick_workers(1);
  submit({1, 2});
  pool.cancel({1}, now);
  EXPECT_FALSE(pool.replied(0, 1, now));
  actions();
  EXPECT_FALSE(pool.gave_up(0, 2, now));
  EXPECT_EQ(actions(), lines{"assign 2 to 0"});
  // Nobody has asked for that: it is the worker's own answer.
  EXPECT_TRUE(pool.gave_up(0, 2, now));
  EXPECT_EQ(pool.stats().completed, 2u);
}

TEST_F(DispatchEnds, ATaskForOneWorkerGoesBackToItWhenInterruptedByMistake) {
  add_quick_workers(2);
  submit({1});
  actions();
  pool.submit_to(0, 2, {}, now);
  pool.cancel({1}, now);
  EXPECT_FALSE(pool.replied(0, 1, now));
  actions();
  EXPECT_FALSE(pool.gave_up(0, 2, now));
  EXPECT_EQ(actions(), lines{"assign 2 to 0"});
  EXPECT_TRUE(pool.replied(0, 2, now));
  EXPECT_TRUE(pool.idle());
}

TEST_F(DispatchEnds, ACancelledTaskInDoubtIsDroppedWhenTheDoubtEnds) {
  add_new_workers(1);
  submit({1});
  ASSERT_TRUE(pool.doubted(0, 1, doubt::broken, now));
  actions();
  pool.cancel({1}, now);
  actions();
  pool.proved_alive({0, 1}, now);
  EXPECT_EQ(actions(), lines{"drop 1"});
}

TEST_F(DispatchEnds, StoppingDropsWhatWasCancelled) {
  add_quick_workers(1);
  submit({1, 2});
  pool.cancel({1}, now);
  actions();
  pool.stop();
  EXPECT_EQ(actions(), (lines{"drop 1", "fail 2: pool_stopped", "stop 0/1"}));
}

// -- deadlines ----------------------------------------------------------------

TEST_F(DispatchEnds, ATaskWhoseTimeIsOverNeverBegins) {
  add_new_workers(1);
  submit({1});
  submit_with(2, {.deadline = now + 1ms});
  submit_with(3, {.deadline = now + 1s});
  actions();
  EXPECT_EQ(pool.next_deadline(), now + 1ms);
  ASSERT_TRUE(pool.replied(0, 1, now + 1ms));
  EXPECT_EQ(actions(), (lines{"fail 2: deadline_passed", "assign 3 to 0"}));
  EXPECT_EQ(pool.next_deadline(), now + 1s);
}

TEST_F(DispatchEnds, TasksExpireWhereverTheyAre) {
  add_new_workers(1);
  for (task_key x : {1, 2, 3})
    submit_with(x,
                {.deadline = now + std::chrono::milliseconds{x == 3 ? 9 : 1}});
  actions();
  pool.expire(now + 1ms);
  auto done = actions();
  ASSERT_EQ(done.size(), 3u);
  EXPECT_EQ(done[0], "fail 2: deadline_passed");
  EXPECT_EQ(done[1], "abandon 1: deadline_passed");
  EXPECT_EQ(pool.next_deadline(), now + 9ms);
}

TEST_F(DispatchEnds, AnAnsweredTaskHasNoDeadlineAnyMore) {
  add_new_workers(1);
  submit_with(1, {.deadline = now + 1ms});
  actions();
  ASSERT_TRUE(pool.replied(0, 1, now));
  EXPECT_EQ(pool.next_deadline(), std::nullopt);
}

// -- room ---------------------------------------------------------------------

TEST_F(DispatchEnds, ThereIsRoomAgainWhenHalfTheQueueIsFree) {
  add_new_workers(1);
  submit({1, 2, 3, 4, 5});
  EXPECT_FALSE(pool.has_room(now));
  ASSERT_TRUE(pool.replied(0, 1, now + 10s));
  EXPECT_FALSE(pool.has_room(now));
  ASSERT_TRUE(pool.replied(0, 2, now + 20s));
  EXPECT_TRUE(pool.has_room(now));
}

TEST_F(DispatchEnds, WithoutQueueThereIsRoomWhileAWorkerCanTakeATask) {
  auto limits = default_limits();
  limits.max_queued = 0;
  pool = dispatch{limits};
  EXPECT_FALSE(pool.has_room(now));
  add_new_workers(1);
  EXPECT_TRUE(pool.has_room(now));
  submit({1, 2});
  EXPECT_EQ(actions(), (lines{"assign 1 to 0", "fail 2: queue_full"}));
  EXPECT_FALSE(pool.has_room(now));
  ASSERT_TRUE(pool.replied(0, 1, now + 10s));
  EXPECT_TRUE(pool.has_room(now + 10s));
  pool.stop();
  EXPECT_TRUE(pool.has_room(now));
}

} // namespace
} // namespace troupe
