// SPDX-License-Identifier: Apache-2.0

// Who is restarted when a child ends: restart type and kind of end, strategy
// and position, and what fails next.

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "caf/exit_reason.hpp"

#include "runtime/supervision/plan_driver.hpp"
#include "troupe/base/exit_kind.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

using test::plan_driver;

caf::error reason_of(exit_kind x) {
  switch (x) {
    case exit_kind::normal:
      return {};
    case exit_kind::shutdown:
      return make_error(caf::exit_reason::user_shutdown);
    case exit_kind::failure:
      return make_error(errc::unhandled_exception, "boom");
    case exit_kind::killed:
      return make_error(caf::exit_reason::kill);
  }
  return {};
}

// -- restart type and kind of end ---------------------------------------------

using type_and_kind = std::tuple<restart_type, exit_kind>;

class RestartType : public testing::TestWithParam<type_and_kind> {
protected:
  static bool expects_restart() {
    auto [type, kind] = GetParam();
    return type == restart_type::permanent
           || (type == restart_type::transient && is_failure(kind));
  }
};

TEST_P(RestartType, DecidesByTheKindOfEnd) {
  auto [type, kind] = GetParam();
  plan_driver world{{}};
  world.add("other");
  world.add("child", {.restart = type});
  world.begin();
  world.log();
  auto first = world.generation("child");
  world.end("child", reason_of(kind));
  if (expects_restart()) {
    EXPECT_EQ(world.log(), "start child");
    EXPECT_TRUE(world.is_up("child"));
    EXPECT_GT(world.generation("child"), first);
    EXPECT_TRUE(world.closed.empty());
  } else if (type == restart_type::temporary) {
    EXPECT_EQ(world.log(), "remove child");
    EXPECT_FALSE(world.has("child"));
    EXPECT_EQ(world.closed.at("child"), reason_of(kind));
  } else {
    EXPECT_EQ(world.log(), "");
    EXPECT_EQ(world.info("child").state, child_state::empty);
    EXPECT_EQ(world.closed.at("child"), reason_of(kind));
  }
  EXPECT_TRUE(world.is_up("other"));
}

TEST_P(RestartType, DecidesTheSameInAGroup) {
  auto [type, kind] = GetParam();
  plan_driver world{{.strategy = supervision_strategy::one_for_all}};
  world.add("other");
  world.add("child", {.restart = type});
  world.begin();
  world.log();
  world.end("child", reason_of(kind));
  if (expects_restart())
    EXPECT_EQ(world.log(), "ask other, start other, start child");
  else if (type == restart_type::temporary)
    EXPECT_EQ(world.log(), "remove child");
  else
    EXPECT_EQ(world.log(), "");
}

TEST_P(RestartType, FailureIsRememberedWithItsReason) {
  auto [type, kind] = GetParam();
  plan_driver world{{}};
  world.add("child", {.restart = type});
  world.begin();
  world.end("child", reason_of(kind));
  if (!world.has("child"))
    return;
  auto expected = is_failure(kind) ? reason_of(kind) : caf::error{};
  EXPECT_EQ(world.info("child").last_failure, expected);
}

INSTANTIATE_TEST_SUITE_P(
    Each, RestartType,
    testing::Combine(testing::Values(restart_type::permanent,
                                     restart_type::transient,
                                     restart_type::temporary),
                     testing::Values(exit_kind::normal, exit_kind::shutdown,
                                     exit_kind::failure, exit_kind::killed)),
    [](auto& x) {
      return to_string(std::get<0>(x.param)) + "_"
             + to_string(std::get<1>(x.param));
    });

// -- strategy, position, and what fails next ----------------------------------

struct strategy_case {
  supervision_strategy strategy;
  /// Child of a, b, c that fails.
  std::string failing;
  /// What is done, and what if this child then fails, too.
  std::string log;
  std::vector<std::pair<std::string, std::string>> next;
};

std::ostream& operator<<(std::ostream& out, const strategy_case& x) {
  return out << to_string(x.strategy) << "_" << x.failing;
}

class Strategy : public testing::TestWithParam<strategy_case> {};

TEST_P(Strategy, RestartsWhoDependsOnTheChild) {
  auto& [strategy, failing, log, next] = GetParam();
  plan_driver world{{.strategy = strategy}};
  for (auto name : {"a", "b", "c"})
    world.add(name);
  world.begin();
  EXPECT_EQ(world.log(), "start a, start b, start c");
  world.fail(failing);
  EXPECT_EQ(world.log(), log);
  for (auto name : {"a", "b", "c"})
    EXPECT_TRUE(world.is_up(name)) << name;
}

TEST_P(Strategy, DoesSoAgainForTheNextFailure) {
  auto& [strategy, failing, log, next] = GetParam();
  for (auto& [second, second_log] : next) {
    SCOPED_TRACE(second);
    plan_driver world{{.strategy = strategy}};
    for (auto name : {"a", "b", "c"})
      world.add(name);
    world.begin();
    world.fail(failing);
    world.log();
    world.fail(second);
    EXPECT_EQ(world.log(), second_log);
    for (auto name : {"a", "b", "c"})
      EXPECT_TRUE(world.is_up(name)) << name;
  }
}

using enum supervision_strategy;

const char* all_for_a = "ask c, ask b, start a, start b, start c";
const char* all_for_b = "ask c, ask a, start a, start b, start c";
const char* all_for_c = "ask b, ask a, start a, start b, start c";
const char* rest_for_a = "ask c, ask b, start a, start b, start c";
const char* rest_for_b = "ask c, start b, start c";

const strategy_case strategy_cases[] = {
    {one_for_one,
     "a",
     "start a",
     {{"a", "start a"}, {"b", "start b"}, {"c", "start c"}}},
    {one_for_one,
     "b",
     "start b",
     {{"a", "start a"}, {"b", "start b"}, {"c", "start c"}}},
    {one_for_one,
     "c",
     "start c",
     {{"a", "start a"}, {"b", "start b"}, {"c", "start c"}}},
    {one_for_all,
     "a",
     all_for_a,
     {{"a", all_for_a}, {"b", all_for_b}, {"c", all_for_c}}},
    {one_for_all,
     "b",
     all_for_b,
     {{"a", all_for_a}, {"b", all_for_b}, {"c", all_for_c}}},
    {one_for_all,
     "c",
     all_for_c,
     {{"a", all_for_a}, {"b", all_for_b}, {"c", all_for_c}}},
    {rest_for_one,
     "a",
     rest_for_a,
     {{"a", rest_for_a}, {"b", rest_for_b}, {"c", "start c"}}},
    {rest_for_one,
     "b",
     rest_for_b,
     {{"a", rest_for_a}, {"b", rest_for_b}, {"c", "start c"}}},
    {rest_for_one,
     "c",
     "start c",
     {{"a", rest_for_a}, {"b", rest_for_b}, {"c", "start c"}}},
};

INSTANTIATE_TEST_SUITE_P(Each, Strategy, testing::ValuesIn(strategy_cases),
                         testing::PrintToStringParamName());

// -- notices that are late ----------------------------------------------------

TEST(LateNotice, OfAnEarlierIncarnationIsIgnored) {
  plan_driver world{{}};
  world.add("a");
  world.begin();
  auto old = *world.get("a").present;
  world.fail("a");
  world.log();
  world.plan.ended(old, make_error(caf::exit_reason::kill), world.now, 0.5);
  EXPECT_FALSE(world.plan.next());
  world.plan.start_failed(old, make_error(errc::start_timeout), world.now, 0.5);
  EXPECT_FALSE(world.plan.next());
  world.plan.declined(old, world.now);
  EXPECT_FALSE(world.plan.next());
  EXPECT_FALSE(world.plan.started(old, world.now));
  EXPECT_TRUE(world.is_up("a"));
}

TEST(LateNotice, OfARemovedPlaceThatIsUsedAgainIsIgnored) {
  plan_driver world{{}};
  world.add("a", {.restart = restart_type::temporary});
  world.begin();
  auto old = *world.get("a").present;
  world.end("a", {});
  world.start("b");
  ASSERT_EQ(world.get("b").present->place, old.place);
  world.plan.ended(old, make_error(caf::exit_reason::kill), world.now, 0.5);
  EXPECT_FALSE(world.plan.next());
  EXPECT_TRUE(world.is_up("b"));
}

} // namespace
} // namespace troupe
