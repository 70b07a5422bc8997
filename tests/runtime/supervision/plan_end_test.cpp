// SPDX-License-Identifier: Apache-2.0

// What ends a child or its supervisor without a failure or a request.

#include <string>

#include <gtest/gtest.h>

#include "runtime/supervision/plan_driver.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using test::plan_driver;
using enum supervision_strategy;

// -- stuck children -----------------------------------------------------------

plan_driver hasty(stuck_policy policy) {
  plan_driver world{{}};
  world.add("a", {.hang = hang_detection{
                      .longest = 10s, .policy = policy, .grace = 1s}});
  world.begin();
  world.log();
  world.reports();
  return world;
}

void busy(plan_driver& world, caf::timespan x) {
  world.plan.busy(*world.get("a").present, x, world.now, world.random);
  world.advance(0s);
  world.tick();
}

TEST(StuckChild, IsToldOncePerMessage) {
  auto world = hasty(stuck_policy::warn);
  busy(world, 10s - 1ms);
  EXPECT_EQ(world.reports(), "");
  busy(world, 10s);
  busy(world, 20s);
  EXPECT_EQ(world.reports(), "stuck a");
  busy(world, 1s);
  busy(world, 11s);
  EXPECT_EQ(world.reports(), "stuck a");
  EXPECT_EQ(world.log(), "");
}

TEST(StuckChild, IsAskedToCancelOncePerMessage) {
  auto world = hasty(stuck_policy::cancel);
  busy(world, 10s);
  busy(world, 1'000s);
  EXPECT_EQ(world.log(), "cancel message of a");
  EXPECT_TRUE(world.is_up("a"));
}

TEST(StuckChild, IsReplacedAfterTheGrace) {
  auto world = hasty(stuck_policy::replace);
  busy(world, 10s);
  EXPECT_EQ(world.log(), "cancel message of a");
  busy(world, 11s - 1ms);
  EXPECT_EQ(world.log(), "");
  world.reports();
  busy(world, 11s);
  EXPECT_EQ(world.log(), "disown a, start a");
  EXPECT_EQ(world.reports(), "disowned a, restarting a, started a");
  EXPECT_EQ(world.info("a").last_failure, make_error(errc::child_stuck));
  EXPECT_EQ(world.plan.counts().disowned, 1u);
}

TEST(StuckChild, ReplacedTooOftenExhaustsTheBudget) {
  auto world = hasty(stuck_policy::replace);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(world.is_up("a")) << i;
    busy(world, 10s);
    busy(world, 11s);
  }
  EXPECT_TRUE(world.exited);
}

TEST(StuckChild, ThatIsTemporaryIsNotReplaced) {
  plan_driver world{{}};
  world.add("a", {.restart = restart_type::temporary,
                  .hang = hang_detection{.longest = 10s,
                                         .policy = stuck_policy::replace,
                                         .grace = 1s}});
  world.begin();
  world.log();
  busy(world, 10s);
  busy(world, 11s);
  EXPECT_EQ(world.log(), "cancel message of a, disown a, remove a");
}

// -- auto-shutdown ------------------------------------------------------------

child_policy significant(restart_type x) {
  return {.restart = x, .significant = significance::significant};
}

plan_driver with_significant(auto_shutdown x) {
  plan_driver world{{.shutdown = x}};
  world.add("a", significant(restart_type::transient));
  world.add("b", significant(restart_type::temporary));
  world.add("c");
  world.begin();
  world.log();
  return world;
}

TEST(AutoShutdown, AnySignificantEndsTheSupervisor) {
  for (auto name : {"a", "b"}) {
    auto world = with_significant(auto_shutdown::any_significant);
    world.end(name, {});
    EXPECT_TRUE(world.exits_quietly) << name;
    EXPECT_TRUE(world.exited) << name;
    EXPECT_FALSE(world.exit_cause);
  }
}

TEST(AutoShutdown, AllSignificantWaitsForTheLast) {
  auto world = with_significant(auto_shutdown::all_significant);
  world.end("a", {});
  EXPECT_EQ(world.log(), "");
  world.fail("b");
  EXPECT_EQ(world.log(), "remove b, ask c, exit");
  EXPECT_TRUE(world.exits_quietly);
}

TEST(AutoShutdown, AChildThatIsYetToStartHasNotEnded) {
  plan_driver world{{.shutdown = auto_shutdown::all_significant}};
  world.add("a", significant(restart_type::transient));
  world.add("b").starts = {plan_driver::start_result::holds};
  world.add("c", significant(restart_type::transient));
  world.begin();
  world.end("a", {});
  EXPECT_FALSE(world.exited);
  world.release("b", plan_driver::start_result::up);
  EXPECT_TRUE(world.is_up("c"));
  world.end("c", {});
  EXPECT_TRUE(world.exits_quietly);
}

TEST(AutoShutdown, NeverStays) {
  auto world = with_significant(auto_shutdown::never);
  world.end("a", {});
  world.end("b", {});
  EXPECT_FALSE(world.exited);
}

TEST(AutoShutdown, AChildThatIsRestartedHasNotEnded) {
  auto world = with_significant(auto_shutdown::any_significant);
  world.fail("a");
  EXPECT_FALSE(world.exits_quietly);
  EXPECT_TRUE(world.is_up("a"));
}

TEST(AutoShutdown, AChildThatWaitsForItsRestartHasNotEnded) {
  plan_driver world{{.shutdown = auto_shutdown::all_significant}};
  auto policy = significant(restart_type::transient);
  policy.delay = restart_backoff{};
  world.add("a", policy);
  world.add("b", significant(restart_type::transient));
  world.begin();
  world.fail("a");
  world.end("b", {});
  EXPECT_FALSE(world.exits_quietly);
}

TEST(AutoShutdown, AChildThatWasStoppedDoesNotCount) {
  auto world = with_significant(auto_shutdown::any_significant);
  world.stop("a");
  world.stop("b");
  EXPECT_FALSE(world.exited);
}

TEST(AutoShutdown, NorDoesTheLastOneThatWasStopped) {
  auto world = with_significant(auto_shutdown::all_significant);
  world.stop("a");
  EXPECT_FALSE(world.exited);
  world.end("b", {});
  EXPECT_TRUE(world.exited);
}

TEST(AutoShutdown, OrdinaryChildrenDoNotCount) {
  plan_driver world{{.shutdown = auto_shutdown::any_significant}};
  world.add("a", {.restart = restart_type::temporary});
  world.begin();
  world.end("a", {});
  EXPECT_FALSE(world.exited);
}

TEST(AutoShutdown, AGroupThatIsStoppedDoesNotCount) {
  plan_driver world{
      {.strategy = one_for_all, .shutdown = auto_shutdown::any_significant}};
  world.add("a");
  world.add("b", significant(restart_type::transient));
  world.add("c", significant(restart_type::temporary));
  world.begin();
  world.log();
  world.fail("a");
  EXPECT_EQ(world.log(), "ask c, remove c, ask b, start a, start b");
  EXPECT_FALSE(world.exits_quietly);
}

} // namespace
} // namespace troupe
