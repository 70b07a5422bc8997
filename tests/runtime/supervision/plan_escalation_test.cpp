// SPDX-License-Identifier: Apache-2.0

// When a child that keeps failing is moved to another place.

#include <string>

#include <gtest/gtest.h>

#include "caf/exit_reason.hpp"

#include "runtime/supervision/plan_driver.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using test::plan_driver;
using start_result = plan_driver::start_result;

class PlanEscalation : public testing::Test {
protected:
  PlanEscalation() {
    world.add("other", {.escalation = restart_intensity{3, 10s}});
    world.add("child", {.escalation = restart_intensity{3, 10s}});
    world.begin();
    world.log();
  }

  bool moved() {
    return logged(world, "start elsewhere child");
  }

  static bool logged(plan_driver& in, const std::string& line) {
    return in.log().find(line) != std::string::npos;
  }

  plan_driver world{{.intensity = restart_intensity{100, 1h}}};
};

TEST_F(PlanEscalation, MovesAChildWithTheLastOfItsFailures) {
  world.fail("child");
  world.fail("child");
  EXPECT_FALSE(moved());
  world.fail("child");
  EXPECT_TRUE(moved());
}

TEST_F(PlanEscalation, IsToldBetweenTheFailureAndTheRestart) {
  world.fail("child");
  world.fail("child");
  world.reports();
  world.fail("child");
  EXPECT_EQ(world.reports(),
            "ended child, moved child, restarting child, started child");
}

TEST_F(PlanEscalation, IsForGood) {
  for (auto i = 0; i < 3; ++i)
    world.fail("child");
  world.log();
  world.reports();
  world.advance(1h);
  world.fail("child");
  EXPECT_TRUE(moved());
  EXPECT_EQ(world.reports(), "ended child, restarting child, started child");
  world.restart("child");
  EXPECT_TRUE(moved());
}

TEST_F(PlanEscalation, ForgetsFailuresOfLongAgo) {
  world.fail("child");
  world.fail("child");
  world.advance(10s + 1ms);
  world.fail("child");
  world.fail("child");
  EXPECT_FALSE(moved());
  world.fail("child");
  EXPECT_TRUE(moved());
}

TEST_F(PlanEscalation, DoesNotCountEndsThatAreNoFailures) {
  for (auto i = 0; i < 5; ++i)
    world.end("child", {});
  for (auto i = 0; i < 5; ++i)
    world.end("child", make_error(caf::exit_reason::user_shutdown));
  EXPECT_FALSE(moved());
}

TEST_F(PlanEscalation, CountsFailedStarts) {
  world.get("child").starts = {start_result::fails, start_result::fails};
  world.fail("child");
  world.advance(1ms);
  EXPECT_TRUE(moved());
}

TEST_F(PlanEscalation, LeavesOthersWhereTheyAre) {
  for (auto i = 0; i < 3; ++i)
    world.fail("child");
  world.log();
  world.fail("other");
  EXPECT_TRUE(logged(world, "start other"));
}

TEST_F(PlanEscalation, NeedsOneFailureIfItsSpecSaysSo) {
  plan_driver hasty{{}};
  hasty.add("child", {.escalation = restart_intensity{1, 10s}});
  hasty.begin();
  hasty.log();
  hasty.fail("child");
  EXPECT_TRUE(logged(hasty, "start elsewhere child"));
}

TEST_F(PlanEscalation, CountsAChildThatIsGivenUpAsStuck) {
  plan_driver stuck{{}};
  child_policy policy{.hang = hang_detection{.longest = 1s,
                                             .policy = stuck_policy::replace,
                                             .grace = 1s},
                      .escalation = restart_intensity{1, 10s}};
  stuck.add("child", policy);
  stuck.begin();
  auto who = *stuck.get("child").present;
  stuck.plan.busy(who, 1s, stuck.now, 0);
  stuck.plan.busy(who, 2s, stuck.now, 0);
  stuck.tick();
  EXPECT_NE(stuck.reports().find("moved child"), std::string::npos);
}

} // namespace
} // namespace troupe
