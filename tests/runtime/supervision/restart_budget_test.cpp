// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/restart_budget.hpp"

#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe {
namespace {

restart_budget::time_point at(caf::timespan since_start) {
  return restart_budget::time_point{since_start};
}

// [model]
/// A restart that is asked for, and what must come of it.
struct request {
  caf::timespan time;
  bool permitted;
  size_t spent_after;
};

struct budget_case {
  std::string name;
  restart_intensity limit;
  std::vector<request> requests;
};

std::ostream& operator<<(std::ostream& out, const budget_case& x) {
  return out << x.name;
}

class RestartBudget : public testing::TestWithParam<budget_case> {};

TEST_P(RestartBudget, PermitsAndCounts) {
  restart_budget budget{GetParam().limit};
  for (auto& [time, permitted, spent_after] : GetParam().requests) {
    SCOPED_TRACE(std::to_string(time / 1ms) + " ms");
    EXPECT_EQ(budget.spend(at(time)), permitted);
    EXPECT_EQ(budget.spent(at(time)), spent_after);
  }
}

const budget_case cases[] = {
    {"RestartsUpToTheLimitArePermitted",
     {.restarts = 3, .period = 5s},
     {{0s, true, 1}, {1s, true, 2}, {2s, true, 3}}},
    {"TheFourthInsideTheWindowIsRefused",
     {.restarts = 3, .period = 5s},
     {{0s, true, 1}, {1s, true, 2}, {2s, true, 3}, {3s, false, 3}}},
    // [model]
    {"ARestartExactlyOnePeriodAgoStillCounts",
     {.restarts = 1, .period = 5s},
     {{0s, true, 1}, {5s, false, 1}}},
    {"ARestartJustOverOnePeriodAgoIsForgotten",
     {.restarts = 1, .period = 5s},
     {{0s, true, 1}, {5s + 1ns, true, 1}}},
    {"TheWindowSlidesAndDoesNotStartAnew",
     {.restarts = 2, .period = 5s},
     {{0s, true, 1}, {4s, true, 2}, {6s, true, 2}, {8s, false, 2}}},
    {"ARefusalCostsNothing",
     {.restarts = 1, .period = 5s},
     {{0s, true, 1}, {3s, false, 1}, {4s, false, 1}, {6s, true, 1}}},
    {"RestartsAtTheSameInstantEachCount",
     {.restarts = 2, .period = 5s},
     {{1s, true, 1}, {1s, true, 2}, {1s, false, 2}}},
    {"ALimitOfZeroPermitsNone",
     {.restarts = 0, .period = 5s},
     {{0s, false, 0}, {10s, false, 0}}},
    {"APeriodOfZeroLimitsOnlyTheSameInstant",
     {.restarts = 1, .period = 0s},
     {{0s, true, 1}, {0s, false, 1}, {1ns, true, 1}}},
    {"AnEndlessPeriodNeverForgets",
     {.restarts = 1, .period = caf::timespan::max()},
     {{0s, true, 1}, {24h * 365, false, 1}}},
    {"TheDefaultIsThreeInFiveSeconds",
     {},
     {{0s, true, 1},
      {0s, true, 2},
      {0s, true, 3},
      {5s, false, 3},
      {6s, true, 1}}},
};

INSTANTIATE_TEST_SUITE_P(Table, RestartBudget, testing::ValuesIn(cases),
                         [](auto& test) { return test.param.name; });

TEST(RestartBudgetWindow, ForgetsWhileNothingIsAskedFor) {
  restart_budget budget{{.restarts = 3, .period = 5s}};
  for (auto time : {0s, 1s, 2s})
    ASSERT_TRUE(budget.spend(at(time)));
  EXPECT_EQ(budget.spent(at(5s)), 3u);
  EXPECT_EQ(budget.spent(at(6s)), 2u);
  EXPECT_EQ(budget.spent(at(8s)), 0u);
}

TEST(RestartBudgetWindow, CopiesSpendIndependently) {
  restart_budget budget{{.restarts = 1, .period = 5s}};
  auto copy = budget;
  EXPECT_TRUE(copy.spend(at(0s)));
  EXPECT_EQ(budget.spent(at(0s)), 0u);
  EXPECT_TRUE(budget.spend(at(0s)));
}

} // namespace
} // namespace troupe
