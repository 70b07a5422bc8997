// SPDX-License-Identifier: Apache-2.0

// How often a child is restarted, and after which delay.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/supervision/plan_driver.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using test::plan_driver;
using start_result = plan_driver::start_result;

std::deque<start_result> failing(size_t n) {
  return std::deque<start_result>(n, start_result::fails);
}

plan_driver one(const plan_rules& rules, const child_policy& policy = {}) {
  plan_driver world{rules};
  world.add("a", policy);
  world.begin();
  world.log();
  return world;
}

// -- limits and windows -------------------------------------------------------

TEST(Intensity, TheFourthFailureInsideTheWindowEndsTheSupervisor) {
  auto world = one({});
  world.add("b");
  world.fail("a");
  world.advance(1s);
  world.fail("a");
  world.advance(1s);
  world.fail("a");
  EXPECT_TRUE(world.is_up("a"));
  world.log();
  world.advance(1s);
  world.fail("a");
  EXPECT_EQ(world.log(), "exit");
  ASSERT_TRUE(world.exit_cause);
  EXPECT_EQ(world.exit_cause->code, errc::restarts_exhausted);
  EXPECT_EQ(describe(world.exit_cause->reason), "boom");
}

TEST(Intensity, TheEdgeOfTheWindowBelongsToIt) {
  auto world = one({.intensity = restart_intensity{1, 5s}});
  world.fail("a");
  world.advance(5s);
  world.fail("a");
  EXPECT_TRUE(world.exited);
}

TEST(Intensity, AcrossTheEdgeTheWindowIsAnother) {
  auto world = one({.intensity = restart_intensity{1, 5s}});
  for (int i = 0; i < 100; ++i) {
    world.fail("a");
    world.advance(5s + 1ms);
  }
  EXPECT_TRUE(world.is_up("a"));
}

TEST(Intensity, TheWindowSlides) {
  auto world = one({.intensity = restart_intensity{2, 5s}});
  world.fail("a");
  world.advance(4s);
  world.fail("a");
  world.advance(2s);
  world.fail("a");
  EXPECT_TRUE(world.is_up("a"));
  world.advance(2s);
  world.fail("a");
  EXPECT_TRUE(world.exited);
}

TEST(Intensity, ZeroPermitsNoRestart) {
  auto world = one({.intensity = restart_intensity{.restarts = 0}});
  world.fail("a");
  EXPECT_TRUE(world.exited);
}

TEST(Intensity, NoneIsNoLimit) {
  auto world = one({.intensity = std::nullopt});
  for (int i = 0; i < 10'000; ++i)
    world.fail("a");
  EXPECT_TRUE(world.is_up("a"));
  EXPECT_FALSE(world.info("a").limit);
}

TEST(Intensity, OfTheSupervisorCountsAllChildrenTogether) {
  plan_driver world{{.intensity = restart_intensity{2, 5s}}};
  for (auto name : {"a", "b", "c"})
    world.add(name);
  world.begin();
  world.fail("a");
  world.fail("b");
  EXPECT_FALSE(world.exited);
  world.fail("c");
  EXPECT_TRUE(world.exited);
}

TEST(Intensity, PerChildCountsEachAlone) {
  plan_driver world{{.intensity = restart_intensity{2, 5s},
                     .scope = intensity_scope::per_child}};
  for (auto name : {"a", "b", "c"})
    world.add(name);
  world.begin();
  for (auto name : {"a", "b", "c", "a", "b", "c"})
    world.fail(name);
  EXPECT_FALSE(world.exited);
  EXPECT_EQ(world.info("b").restarts, 2u);
  EXPECT_EQ(world.info("b").limit, caf::optional<size_t>{2});
  world.fail("b");
  EXPECT_TRUE(world.exited);
  EXPECT_EQ(world.exit_cause->reason,
            make_error(errc::unhandled_exception, "boom"));
}

TEST(Intensity, TheRestartOfAGroupCountsAsOne) {
  plan_driver world{{.strategy = supervision_strategy::one_for_all,
                     .intensity = restart_intensity{2, 5s}}};
  for (auto name : {"a", "b", "c", "d"})
    world.add(name);
  world.begin();
  world.fail("a");
  world.fail("b");
  EXPECT_FALSE(world.exited);
  world.fail("c");
  EXPECT_TRUE(world.exited);
}

TEST(Intensity, EachAttemptToStartCounts) {
  auto world = one({.intensity = restart_intensity{3, 5s}});
  world.get("a").starts = failing(2);
  world.fail("a");
  world.advance(0s);
  EXPECT_TRUE(world.is_up("a"));
  EXPECT_EQ(world.info("a").restarts, 3u);
  world.fail("a");
  EXPECT_TRUE(world.exited);
}

TEST(Intensity, AChildThatNeverStartsAgainExhaustsIt) {
  auto world = one({.intensity = restart_intensity{3, 5s}});
  world.get("a").starts = failing(100);
  world.fail("a");
  world.advance(0s);
  EXPECT_EQ(world.log(), "start a, start a, start a, exit");
}

TEST(Intensity, AShutdownOvertakesACrashLoop) {
  auto world = one({.intensity = std::nullopt});
  world.get("a").starts = failing(1'000'000);
  world.fail("a");
  EXPECT_EQ(world.log(), "start a");
  EXPECT_EQ(world.info("a").state, child_state::waiting);
  world.shut_down();
  EXPECT_EQ(world.log(), "exit");
  EXPECT_FALSE(world.exit_cause);
  EXPECT_FALSE(world.plan.next_deadline());
}

TEST(Intensity, WhatAChildWasAskedToDoCostsNothing) {
  auto world = one({.intensity = restart_intensity{.restarts = 0}});
  world.restart("a");
  world.stop("a");
  world.restart("a");
  EXPECT_TRUE(world.is_up("a"));
  EXPECT_EQ(world.info("a").restarts, 0u);
}

TEST(Intensity, IsToldWithEachRestart) {
  auto world = one({.intensity = restart_intensity{3, 5s}});
  world.reports();
  world.fail("a");
  world.fail("a");
  std::vector<size_t> counted;
  for (auto& [x, name] : world.all_reports())
    if (x.what == supervision_event::kind::restarting) {
      counted.push_back(x.restarts);
      EXPECT_EQ(x.limit, std::optional<size_t>{3});
      EXPECT_EQ(describe(x.reason), "boom");
    }
  EXPECT_EQ(counted, (std::vector<size_t>{1, 2}));
}

TEST(Intensity, SpentStopsTheOthersInReverseOrder) {
  plan_driver world{{.intensity = restart_intensity{.restarts = 0}}};
  for (auto name : {"a", "b", "c", "d"})
    world.add(name);
  world.begin();
  world.log();
  world.reports();
  world.fail("b");
  EXPECT_EQ(world.log(), "ask d, ask c, ask a, exit");
  EXPECT_EQ(world.reports(),
            "ended b, exhausted b, stopped d, stopped c, stopped a");
}

// -- delays -------------------------------------------------------------------

child_policy delayed(caf::timespan first, caf::timespan cap) {
  return {.delay = restart_backoff{.bounds = {first, cap}, .reset_after = 10s}};
}

/// Fails the child at once `n` times; returns the delays in milliseconds.
std::vector<long> delays(plan_driver& world, int n) {
  std::vector<long> result;
  for (int i = 0; i < n; ++i) {
    world.fail("a");
    auto delay = world.info("a").next_start.value_or(caf::timespan{0});
    result.push_back(delay / 1ms);
    world.advance(delay);
  }
  return result;
}

TEST(Backoff, DoublesUpToTheCap) {
  auto world = one({.intensity = std::nullopt}, delayed(3s, 30s));
  EXPECT_EQ(delays(world, 6),
            (std::vector<long>{3000, 6000, 12000, 24000, 30000, 30000}));
}

TEST(Backoff, JitterPicksFromNothingToTheBound) {
  auto world = one({.intensity = std::nullopt}, delayed(1s, 10s));
  world.random = 0.5;
  EXPECT_EQ(delays(world, 3), (std::vector<long>{500, 1000, 2000}));
  world.random = 0.0;
  EXPECT_EQ(delays(world, 2), (std::vector<long>{0, 0}));
  world.random = 1.0;
  EXPECT_EQ(delays(world, 1), (std::vector<long>{10000}));
}

TEST(Backoff, StartsAnewAfterAStableTime) {
  auto world = one({.intensity = std::nullopt}, delayed(1s, 10s));
  EXPECT_EQ(delays(world, 3), (std::vector<long>{1000, 2000, 4000}));
  world.advance(10s);
  EXPECT_EQ(delays(world, 2), (std::vector<long>{1000, 2000}));
}

TEST(Backoff, GoesOnAfterATimeThatIsNotStable) {
  auto world = one({.intensity = std::nullopt}, delayed(1s, 10s));
  EXPECT_EQ(delays(world, 2), (std::vector<long>{1000, 2000}));
  world.advance(10s - 1ms);
  EXPECT_EQ(delays(world, 1), (std::vector<long>{4000}));
}

TEST(Backoff, TimeSpentWaitingIsNotStableTime) {
  auto world = one({.intensity = std::nullopt}, delayed(20s, 100s));
  EXPECT_EQ(delays(world, 3), (std::vector<long>{20000, 40000, 80000}));
}

TEST(Backoff, FailedStartsAreDelayedToo) {
  auto world = one({.intensity = std::nullopt}, delayed(1s, 10s));
  world.get("a").starts = failing(2);
  world.fail("a");
  world.advance(1s);
  EXPECT_EQ(world.log(), "start a");
  world.advance(2s);
  EXPECT_EQ(world.log(), "start a");
  world.advance(4s);
  EXPECT_EQ(world.log(), "start a");
  EXPECT_TRUE(world.is_up("a"));
}

TEST(Backoff, OfOneChildDoesNotHoldOthersBack) {
  auto world = one({}, delayed(10s, 10s));
  world.start("b");
  world.fail("a");
  world.log();
  world.fail("b");
  EXPECT_EQ(world.log(), "start b");
}

TEST(Backoff, AWaitingChildNeverDelaysAShutdown) {
  auto world = one({}, delayed(30s, 30s));
  world.fail("a");
  world.log();
  world.shut_down();
  EXPECT_EQ(world.log(), "exit");
}

TEST(Backoff, DoesNotLetACrashLoopSlipUnderTheWindow) {
  for (auto scope :
       {intensity_scope::per_supervisor, intensity_scope::per_child}) {
    auto world = one({.intensity = restart_intensity{3, 5s}, .scope = scope},
                     delayed(10s, 100s));
    EXPECT_EQ(delays(world, 3), (std::vector<long>{10000, 20000, 40000}));
    world.fail("a");
    EXPECT_TRUE(world.exited);
    EXPECT_EQ(world.exit_cause->code, errc::restarts_exhausted);
  }
}

TEST(Backoff, NorOneThatFailsInItsStarts) {
  auto world = one({.intensity = restart_intensity{3, 5s}}, delayed(10s, 100s));
  world.get("a").starts = failing(100);
  world.fail("a");
  world.advance(1h);
  EXPECT_TRUE(world.exited);
  EXPECT_EQ(world.log(), "start a, start a, start a, exit");
}

TEST(Backoff, NorOneWhoseGroupWaits) {
  plan_driver world{{.strategy = supervision_strategy::one_for_all,
                     .intensity = restart_intensity{3, 5s}}};
  world.add("a", delayed(10s, 100s));
  world.add("b");
  world.begin();
  EXPECT_EQ(delays(world, 3), (std::vector<long>{10000, 20000, 40000}));
  world.fail("a");
  EXPECT_TRUE(world.exited);
}

TEST(Backoff, LetsAChildLiveThatFailsAsSeldomAsPermitted) {
  auto world = one({.intensity = restart_intensity{1, 5s}}, delayed(1s, 100s));
  for (int i = 0; i < 50; ++i) {
    world.fail("a");
    world.advance(world.info("a").next_start.value_or(caf::timespan{0}));
    ASSERT_TRUE(world.is_up("a")) << i;
    world.advance(5s + 1ms);
  }
}

TEST(Backoff, ARestartOnRequestDoesNotDistortTheClock) {
  auto world = one({.intensity = restart_intensity{2, 5s}}, delayed(30s, 100s));
  world.fail("a");
  world.advance(1s);
  world.restart("a");
  EXPECT_TRUE(world.is_up("a"));
  world.fail("a");
  world.advance(60s);
  EXPECT_TRUE(world.is_up("a"));
  world.fail("a");
  EXPECT_TRUE(world.exited);
}

} // namespace
} // namespace troupe
