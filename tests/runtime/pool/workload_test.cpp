// SPDX-License-Identifier: Apache-2.0

#include "pool/workload.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe {
namespace {

constexpr credit_limits limits{.max_credit = 64, .horizon = 1ms};

class Workload : public testing::Test {
protected:
  void hand(task_key x) {
    work.hand({x}, now);
  }

  void finish(task_key x, caf::timespan took) {
    now += took;
    ASSERT_TRUE(work.finish(x, now));
  }

  void do_tasks(size_t n, caf::timespan each) {
    for (size_t i = 0; i < n; ++i) {
      hand(1000);
      finish(1000, each);
    }
  }

  /// Hands out tasks until credit is used up, and returns how many.
  size_t use_credit(credit_limits x = limits) {
    size_t result = 0;
    while (work.has_credit(now, x) && result < 1000)
      hand(static_cast<task_key>(result++));
    return result;
  }

  std::vector<task_key> lose() {
    std::vector<task_key> result;
    auto [tasks, charged] = work.lose();
    for (auto& x : tasks)
      result.push_back(x.task.key);
    culprit = charged ? std::optional{tasks[*charged].task.key} : std::nullopt;
    return result;
  }

  std::vector<task_key> end_probe() {
    std::vector<task_key> result;
    for (auto& x : work.end_probe())
      result.push_back(x.task.key);
    return result;
  }

  workload work;
  workload::time_point now{1h};
  std::optional<task_key> culprit;
};

TEST_F(Workload, ANewWorkerIsHandedOneTask) {
  EXPECT_EQ(use_credit(), 1u);
}

TEST_F(Workload, CreditFollowsTheMeasuredTime) {
  struct {
    caf::timespan each;
    size_t credit;
  } table[] = {{0us, 64},  {1us, 64},  {15us, 64}, {20us, 50}, {100us, 10},
               {400us, 3}, {999us, 2}, {1ms, 1},   {300ms, 1}};
  for (auto& row : table) {
    work = {};
    do_tasks(1, row.each);
    EXPECT_EQ(use_credit(), row.credit) << row.each / 1us << " us";
  }
}

TEST_F(Workload, CreditNeverExceedsTheLimit) {
  do_tasks(1, 0us);
  EXPECT_EQ(use_credit({.max_credit = 5, .horizon = 1h}), 5u);
}

TEST_F(Workload, WithoutHorizonThereIsOneAtATime) {
  do_tasks(1, 0us);
  EXPECT_EQ(use_credit({.max_credit = 5, .horizon = 0s}), 1u);
}

TEST_F(Workload, OneLongTaskTakesTheCreditAway) {
  do_tasks(100, 1us);
  do_tasks(1, 300ms);
  EXPECT_EQ(use_credit(), 1u);
}

TEST_F(Workload, ATaskThatTakesLongerThanExpectedStopsFurtherOnes) {
  do_tasks(100, 1us);
  hand(1);
  EXPECT_TRUE(work.has_credit(now, limits));
  now += 1ms;
  EXPECT_FALSE(work.has_credit(now, limits));
}

TEST_F(Workload, WaitingBehindAnotherTaskIsNotServiceTime) {
  for (task_key x : {1, 2, 3, 4})
    hand(x);
  for (task_key x : {1, 2, 3, 4})
    finish(x, 100us);
  EXPECT_EQ(work.task_time(), 100e3);
}

TEST_F(Workload, IdleTimeIsNotServiceTime) {
  do_tasks(1, 100us);
  now += 1h;
  do_tasks(1, 100us);
  EXPECT_EQ(work.task_time(), 100e3);
}

TEST_F(Workload, TotalTimeCountsWhatIsHeld) {
  EXPECT_EQ(work.total_time(now), 0.0);
  do_tasks(1, 100us);
  EXPECT_EQ(work.total_time(now), 0.0);
  for (task_key x : {1, 2, 3})
    hand(x);
  EXPECT_EQ(work.total_time(now), 300e3);
}

TEST_F(Workload, AnswersMayComeInAnyOrder) {
  for (task_key x : {1, 2, 3})
    hand(x);
  finish(2, 1us);
  finish(3, 1us);
  EXPECT_EQ(lose(), (std::vector<task_key>{1}));
}

TEST_F(Workload, AnAnswerToATaskThatIsNotHeldIsVoid) {
  hand(1);
  EXPECT_FALSE(work.finish(2, now));
  EXPECT_FALSE(work.suspect(2, doubt::broken, now));
  finish(1, 1us);
  EXPECT_FALSE(work.finish(1, now));
}

TEST_F(Workload, DeathChargesTheOldestTask) {
  for (task_key x : {1, 2, 3})
    hand(x);
  EXPECT_EQ(lose(), (std::vector<task_key>{1, 2, 3}));
  EXPECT_EQ(culprit, 1u);
  EXPECT_TRUE(work.empty());
}

TEST_F(Workload, DeathChargesTheTaskThatBrokeTheWorkerEvenIfNotTheOldest) {
  for (task_key x : {1, 2, 3})
    hand(x);
  ASSERT_TRUE(work.suspect(2, doubt::broken, now));
  ASSERT_TRUE(work.suspect(3, doubt::untouched, now));
  EXPECT_EQ(lose(), (std::vector<task_key>{1, 2, 3}));
  EXPECT_EQ(culprit, 2u);
}

TEST_F(Workload, DeathChargesTheLastTaskThatFellWithItsProcess) {
  for (task_key x : {1, 2, 3, 4})
    hand(x);
  for (task_key x : {1, 2, 3})
    ASSERT_TRUE(work.suspect(x, doubt::fallen, now));
  ASSERT_TRUE(work.suspect(4, doubt::untouched, now));
  EXPECT_EQ(lose(), (std::vector<task_key>{1, 2, 3, 4}));
  EXPECT_EQ(culprit, 3u);
}

TEST_F(Workload, DeathChargesNoTaskThatWasNotBegun) {
  for (task_key x : {1, 2})
    hand(x);
  for (task_key x : {1, 2})
    ASSERT_TRUE(work.suspect(x, doubt::untouched, now));
  EXPECT_EQ(lose(), (std::vector<task_key>{1, 2}));
  EXPECT_EQ(culprit, std::nullopt);
}

TEST_F(Workload, DeathOfAnIdleWorkerLosesNothing) {
  EXPECT_TRUE(lose().empty());
  EXPECT_EQ(culprit, std::nullopt);
}

TEST_F(Workload, TheNextIncarnationBeginsWithOneTask) {
  do_tasks(100, 1us);
  lose();
  EXPECT_EQ(use_credit(), 1u);
}

TEST_F(Workload, AProbeCoversTheDoubtsBeforeIt) {
  for (task_key x : {1, 2, 3, 4})
    hand(x);
  ASSERT_TRUE(work.suspect(2, doubt::broken, now));
  ASSERT_TRUE(work.suspect(1, doubt::broken, now));
  ASSERT_TRUE(work.begin_probe());
  ASSERT_TRUE(work.suspect(3, doubt::broken, now));
  EXPECT_EQ(end_probe(), (std::vector<task_key>{2, 1}));
  ASSERT_TRUE(work.begin_probe());
  EXPECT_EQ(end_probe(), (std::vector<task_key>{3}));
  EXPECT_FALSE(work.begin_probe());
  EXPECT_EQ(lose(), (std::vector<task_key>{4}));
}

TEST_F(Workload, ATaskIsDoubtedOnce) {
  hand(1);
  ASSERT_TRUE(work.suspect(1, doubt::broken, now));
  EXPECT_FALSE(work.suspect(1, doubt::untouched, now));
}

TEST_F(Workload, AnAbandonedTaskIsHeldUntilItComesBack) {
  hand(1);
  hand(2);
  EXPECT_TRUE(work.abandon(1, now));
  EXPECT_FALSE(work.abandon(1, now));
  EXPECT_FALSE(work.abandon(3, now));
  EXPECT_EQ(work.abandoned(1), std::optional{now});
  EXPECT_EQ(work.abandoned(2), std::nullopt);
  EXPECT_EQ(work.keys(), (std::vector<task_key>{1, 2}));
  EXPECT_EQ(work.oldest(), std::optional<task_key>{1});
  EXPECT_TRUE(work.finish(1, now));
  EXPECT_EQ(work.oldest(), std::optional<task_key>{2});
}

} // namespace
} // namespace troupe
