// SPDX-License-Identifier: Apache-2.0

#include "pool/elastic_rule.hpp"
#include "runtime/pool/dispatch_fixture.hpp"
#include "troupe/pool/duration_histogram.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

// -- histograms ---------------------------------------------------------------

TEST(DurationHistogram, QuantilesAreUpperBoundsOfBuckets) {
  duration_histogram x;
  EXPECT_EQ(x.quantile(0.5), 0ns);
  for (int i = 0; i < 99; ++i)
    x.add(1000ns);
  x.add(10s);
  EXPECT_EQ(x.total(), 100u);
  EXPECT_EQ(x.quantile(0.5), 1024ns);
  EXPECT_EQ(x.quantile(0.99), 1024ns);
  EXPECT_GE(x.quantile(1.0), 10s);
  EXPECT_LE(x.quantile(1.0), 20s);
}

TEST(DurationHistogram, TakesWhateverItIsGiven) {
  duration_histogram x;
  x.add(-1s);
  x.add(0s);
  x.add(100h);
  EXPECT_EQ(x.counts.front(), 2u);
  EXPECT_EQ(x.counts.back(), 1u);
}

// -- size ---------------------------------------------------------------------

TEST(ElasticRule, FollowsTheLoadBetweenItsBounds) {
  const elastic_size bounds{
      .least = 1, .most = 3, .max_wait = 100ms, .max_idle = 1s};
  struct row {
    const char* name;
    pool_load load;
    resize expected;
  };
  const row rows[] = {
      {"below the least", {.workers = 0}, resize::grow},
      {"nothing waits", {.workers = 1}, resize::stay},
      {"waits shortly", {.workers = 1, .longest_wait = 99ms}, resize::stay},
      {"waits long", {.workers = 1, .longest_wait = 100ms}, resize::grow},
      {"one is on its way",
       {.workers = 2, .starting = 1, .longest_wait = 1s},
       resize::stay},
      {"at the most", {.workers = 3, .longest_wait = 1s}, resize::stay},
      {"idle shortly", {.workers = 2, .longest_idle = 999ms}, resize::stay},
      {"idle long", {.workers = 2, .longest_idle = 1s}, resize::shrink},
      {"idle at the least", {.workers = 1, .longest_idle = 1h}, resize::stay},
      {"idle, but tasks wait",
       {.workers = 2, .longest_wait = 1ms, .longest_idle = 1h},
       resize::stay},
  };
  for (auto& x : rows)
    EXPECT_EQ(resize_of(bounds, x.load), x.expected) << x.name;
}

class DispatchLoad : public test::dispatch_fixture {
protected:
  template <class F>
  void change_limits(F f) {
    auto limits = default_limits();
    f(limits);
    pool = dispatch{limits};
  }
};

TEST_F(DispatchLoad, AWorkerIsAddedWhenATaskWaitsAndGivenBackWhenIdle) {
  change_limits([](auto& x) {
    x.elastic = {.least = 1, .most = 2, .max_wait = 100ms, .max_idle = 1s};
  });
  add_new_workers(1);
  submit({1, 2});
  actions();
  pool.fit(now + 99ms);
  EXPECT_EQ(actions(), lines{});
  pool.fit(now + 100ms);
  EXPECT_EQ(actions(), lines{"add worker"});
  now += 100ms;
  ASSERT_TRUE(pool.started({pool.add_slot({}), 1}, now));
  EXPECT_EQ(actions().back(), "assign 2 to 1");
  ASSERT_TRUE(pool.replied(0, 1, now));
  ASSERT_TRUE(pool.replied(1, 2, now));
  EXPECT_TRUE(pool.next_look());
  pool.fit(now + 1s);
  EXPECT_EQ(actions(), lines{"stop 0/1"});
  pool.fit(now + 2s);
  EXPECT_EQ(actions(), lines{});
}

TEST_F(DispatchLoad, TimeAsksForNothingWhileThereIsNothingToDo) {
  change_limits([](auto& x) {
    x.elastic = {.least = 1, .most = 2};
    x.hedge = {.after = 1s};
  });
  add_new_workers(1);
  EXPECT_EQ(pool.next_look(), std::nullopt);
  submit({1});
  EXPECT_EQ(pool.next_look(), 500ms);
}

// -- recycling ----------------------------------------------------------------

TEST_F(DispatchLoad, AWornWorkerEndsWhenItHoldsNothingAndANewOneFollows) {
  change_limits([](auto& x) { x.max_tasks = 3; });
  add_quick_workers(1);
  submit({1, 2, 3, 4});
  actions();
  ASSERT_TRUE(pool.replied(0, 1, now));
  ASSERT_TRUE(pool.replied(0, 2, now));
  EXPECT_EQ(actions(), lines{"assign 4 to 0"});
  ASSERT_TRUE(pool.replied(0, 3, now));
  submit({5});
  EXPECT_EQ(actions(), lines{});
  ASSERT_TRUE(pool.replied(0, 4, now));
  EXPECT_EQ(actions(), lines{"stop 0/1"});
  submit({6});
  EXPECT_EQ(actions(), lines{});
  down({0, 1}, {});
  EXPECT_EQ(actions(), lines{"start 0/2"});
  ASSERT_TRUE(pool.started({0, 2}, now));
  EXPECT_EQ(actions(),
            (lines{"report 0 up", "assign 5 to 0", "assign 6 to 0"}));
  EXPECT_EQ(pool.stats().recycled, 1u);
  EXPECT_EQ(pool.stats().restarts, 0u);
}

TEST_F(DispatchLoad, AWorkerThatHasGrownEndsWhenItHoldsNothing) {
  change_limits([](auto& x) { x.max_resident_bytes = 1'000; });
  add_new_workers(1);
  submit({1});
  actions();
  ASSERT_TRUE(pool.replied(0, 1, now));
  EXPECT_EQ(actions(), lines{"measure 0/1 in 0 ms"});
  pool.measured({0, 1}, 1'000, now);
  EXPECT_EQ(actions(), lines{});
  submit({2, 3});
  EXPECT_EQ(actions(), (lines{"assign 2 to 0", "assign 3 to 0"}));
  now += 5ms;
  ASSERT_TRUE(pool.replied(0, 2, now));
  EXPECT_EQ(actions(), lines{"measure 0/1 in 15 ms"});
  pool.measured({0, 1}, 1'001, now);
  submit({4});
  EXPECT_EQ(actions(), lines{});
  ASSERT_TRUE(pool.replied(0, 3, now));
  EXPECT_EQ(actions(), (lines{"measure 0/1 in 20 ms", "stop 0/1"}));
  down({0, 1}, {});
  EXPECT_EQ(actions(), lines{"start 0/2"});
  pool.measured({0, 1}, 5'000, now);
  ASSERT_TRUE(pool.started({0, 2}, now));
  EXPECT_EQ(actions(), (lines{"report 0 up", "assign 4 to 0"}));
  EXPECT_EQ(pool.stats().recycled, 1u);
}

TEST_F(DispatchLoad, TasksThatEndDuringALookAskForAnother) {
  change_limits([](auto& x) { x.max_resident_bytes = 1'000; });
  add_quick_workers(1);
  pool.measured({0, 1}, {}, now);
  actions();
  submit({1, 2});
  actions();
  ASSERT_TRUE(pool.replied(0, 1, now));
  EXPECT_EQ(actions(), lines{"measure 0/1 in 20 ms"});
  ASSERT_TRUE(pool.replied(0, 2, now));
  EXPECT_EQ(actions(), lines{});
  now += 20ms;
  pool.measured({0, 1}, 10, now);
  EXPECT_EQ(actions(), lines{"measure 0/1 in 20 ms"});
  now += 20ms;
  pool.measured({0, 1}, 10, now);
  EXPECT_EQ(actions(), lines{});
}

TEST_F(DispatchLoad, AWornWorkerThatDoesNotEndIsKilled) {
  add_new_workers(1);
  pool.wear_out({0, 1});
  EXPECT_EQ(actions(), lines{"stop 0/1"});
  pool.stop_expired({0, 1});
  EXPECT_EQ(actions(), (lines{"kill 0", "start 0/2"}));
}

// -- second copies ------------------------------------------------------------

class Hedging : public DispatchLoad {
protected:
  Hedging() {
    change_limits([](auto& x) { x.hedge = {.after = 1s}; });
    add_new_workers(3);
    submit({1});
    EXPECT_EQ(actions(), lines{"assign 1 to 0"});
  }

  void copy() {
    pool.hedge(now + 1s);
    EXPECT_EQ(actions(), lines{"assign 1 to 1, too"});
  }
};

TEST_F(Hedging, ATaskThatTakesLongIsGivenToOneOtherWorker) {
  pool.hedge(now + 999ms);
  EXPECT_EQ(actions(), lines{});
  copy();
  pool.hedge(now + 9s);
  EXPECT_EQ(actions(), lines{});
  EXPECT_EQ(pool.stats().outstanding, 1u);
}

TEST_F(Hedging, TheFirstAnswerCountsAndTheOtherCopyIsCancelled) {
  copy();
  EXPECT_TRUE(pool.replied(1, 1, now + 2s));
  EXPECT_EQ(actions(), lines{"interrupt 0/1, again in 50 ms"});
  EXPECT_TRUE(pool.lingers(1));
  EXPECT_FALSE(pool.replied(0, 1, now + 3s));
  EXPECT_EQ(actions(), lines{"drop 1"});
  auto x = pool.stats();
  EXPECT_EQ(x.completed, 1u);
  EXPECT_EQ(x.hedged, 1u);
  EXPECT_EQ(x.hedges_won, 1u);
}

TEST_F(Hedging, TheOriginalMayWin) {
  copy();
  EXPECT_TRUE(pool.replied(0, 1, now + 2s));
  actions();
  down({1, 1});
  EXPECT_EQ(actions()[0], "drop 1");
  EXPECT_EQ(pool.stats().hedges_won, 0u);
}

TEST_F(Hedging, OneOfTwoCopiesMayBeLost) {
  copy();
  down({0, 1});
  EXPECT_EQ(actions(), (lines{"report 0 lost: boom", "start 0/2"}));
  EXPECT_TRUE(pool.replied(1, 1, now + 2s));
  EXPECT_FALSE(pool.lingers(1));
  EXPECT_TRUE(pool.idle());
}

TEST_F(Hedging, WhenBothAreLostTheTaskRunsAgain) {
  copy();
  down({0, 1});
  down({1, 1});
  auto done = actions();
  EXPECT_EQ(done.back(), "assign 1 to 2");
  EXPECT_TRUE(pool.replied(2, 1, now + 2s));
  EXPECT_EQ(pool.stats().completed, 1u);
}

TEST_F(Hedging, ACancelledTaskIsAnsweredOnceAndDroppedWithItsLastCopy) {
  copy();
  EXPECT_EQ(pool.cancel({1}, now), 1u);
  auto done = actions();
  ASSERT_FALSE(done.empty());
  EXPECT_EQ(done[0], "abandon 1: task_cancelled");
  EXPECT_FALSE(pool.replied(0, 1, now));
  EXPECT_EQ(actions(), lines{});
  EXPECT_FALSE(pool.replied(1, 1, now));
  EXPECT_EQ(actions(), lines{"drop 1"});
}

TEST_F(Hedging, WithBothCopiesInDoubtTheErrorOfTheWorkerThatLivesCounts) {
  copy();
  ASSERT_TRUE(pool.doubted(0, 1, doubt::broken, now));
  ASSERT_TRUE(pool.doubted(1, 1, doubt::untouched, now));
  EXPECT_EQ(actions(), (lines{"probe 0/1", "probe 1/1"}));
  down({1, 1});
  EXPECT_EQ(actions(), (lines{"report 1 lost: boom", "start 1/2"}));
  pool.proved_alive({0, 1}, now);
  EXPECT_EQ(actions(), lines{"release 1 of 0"});
  EXPECT_TRUE(pool.idle());
}

TEST_F(Hedging, TasksThatWaitGoBeforeSecondCopies) {
  submit({2, 3, 4});
  actions();
  pool.hedge(now + 5s);
  EXPECT_EQ(actions(), lines{});
}

TEST_F(Hedging, APercentileCountsOnceEnoughRunsAreKnown) {
  change_limits([](auto& x) { x.hedge = {.after = 1ms, .percentile = 0.9}; });
  add_new_workers(2);
  for (task_key i = 0; i < 20; ++i) {
    submit({i});
    now += 10ms;
    ASSERT_TRUE(pool.replied(0, i, now) || pool.replied(1, i, now));
  }
  actions();
  submit({99});
  auto other = actions() == lines{"assign 99 to 0"} ? 1 : 0;
  pool.hedge(now + 10ms);
  EXPECT_EQ(actions(), lines{});
  pool.hedge(now + 17ms);
  EXPECT_EQ(actions(), lines{fmt::format("assign 99 to {}, too", other)});
}

// -- what is kept -------------------------------------------------------------

TEST_F(DispatchLoad, ATaskThatLostItsLastWorkerComesWithItsHistory) {
  change_limits([](auto& x) { x.quarantines = true; });
  add_new_workers(1);
  submit({1});
  down({0, 1});
  ASSERT_TRUE(pool.started({0, 2}, now));
  actions();
  pool.down({0, 2}, boom(), now + 1s, 1.0);
  auto x = pool.next();
  ASSERT_TRUE(x);
  auto& action = std::get<fail_task>(*x);
  ASSERT_EQ(action.history.size(), 2u);
  EXPECT_EQ(action.history[0].who.generation, 1u);
  EXPECT_EQ(action.history[1].who.generation, 2u);
  EXPECT_EQ(action.history[1].time, now + 1s);
  EXPECT_EQ(describe(action.history[1].reason), "boom");
}

TEST_F(DispatchLoad, StatisticsTellWaitingRunningAndUse) {
  add_new_workers(2);
  submit({1, 2, 3});
  now += 10ms;
  ASSERT_TRUE(pool.replied(0, 1, now));
  auto x = pool.stats(now);
  EXPECT_EQ(x.wait.total(), 3u);
  EXPECT_GE(x.wait.quantile(1.0), 10ms);
  EXPECT_EQ(x.run.total(), 1u);
  EXPECT_EQ(x.up, 20ms);
  EXPECT_EQ(x.busy, 20ms);
  EXPECT_EQ(utilisation(x), 1.0);
  now += 20ms;
  ASSERT_TRUE(pool.replied(0, 3, now));
  ASSERT_TRUE(pool.replied(1, 2, now));
  x = pool.stats(now + 30ms);
  EXPECT_EQ(x.busy, 60ms);
  EXPECT_EQ(utilisation(x), 0.5);
}

} // namespace
} // namespace troupe
