// SPDX-License-Identifier: Apache-2.0

#include "pool/restart_delay.hpp"

#include <limits>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe {
namespace {

using delay = std::optional<caf::timespan>;

constexpr backoff bounds{.first = 50ms, .cap = 1s};

/// Lets something die the moment it has been started, and returns the delays.
std::vector<delay> crash_loop(restart_intensity limit, backoff x) {
  restart_budget budget{limit};
  restart_budget::time_point now{1h};
  std::vector<delay> result;
  do {
    result.push_back(restart_delay(budget, x, now, 1.0));
    now += result.back().value_or(0s);
  } while (result.back() && result.size() < 1000);
  return result;
}

TEST(RestartDelay, FirstIsNoneThenItDoublesUntilTheBudgetIsSpent) {
  EXPECT_EQ(crash_loop({.restarts = 3, .period = 5s}, bounds),
            (std::vector<delay>{0ms, 50ms, 100ms, std::nullopt}));
}

TEST(RestartDelay, ACrashLoopCannotSlipOutOfTheWindow) {
  for (size_t restarts : {1u, 2u, 5u, 10u, 100u}) {
    auto delays = crash_loop({.restarts = restarts, .period = 5s},
                             {.first = 50ms, .cap = 1h});
    EXPECT_EQ(delays.size(), restarts + 1) << restarts << " restarts";
    EXPECT_EQ(delays.back(), std::nullopt) << restarts << " restarts";
  }
}

TEST(RestartDelay, BeginsAgainOnceTheWindowHasPassed) {
  restart_budget budget{{.restarts = 3, .period = 5s}};
  restart_budget::time_point start{1h};
  EXPECT_EQ(restart_delay(budget, bounds, start, 1.0), 0ms);
  EXPECT_EQ(restart_delay(budget, bounds, start + 1s, 1.0), 50ms);
  EXPECT_EQ(restart_delay(budget, bounds, start + 7s, 1.0), 0ms);
}

TEST(RestartDelay, UsesTheRandomValue) {
  restart_budget budget{{.restarts = 3, .period = 5s}};
  restart_budget::time_point now{1h};
  EXPECT_EQ(restart_delay(budget, bounds, now, 0.5), 0ms);
  EXPECT_EQ(restart_delay(budget, bounds, now, 0.5), 25ms);
}

TEST(RestartDelay, NoLimitIsTooLarge) {
  restart_budget budget{
      {.restarts = std::numeric_limits<size_t>::max(), .period = 5s}};
  restart_budget::time_point now{1h};
  EXPECT_EQ(restart_delay(budget, bounds, now, 1.0), 0ms);
  EXPECT_EQ(restart_delay(budget, bounds, now, 1.0), 4ns);
}

} // namespace
} // namespace troupe
