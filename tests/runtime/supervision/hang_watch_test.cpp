// SPDX-License-Identifier: Apache-2.0

#include "supervision/hang_watch.hpp"

#include <chrono>
#include <optional>
#include <ostream>
#include <random>
#include <string>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe {
namespace {

struct look_case {
  std::string name;
  stuck_policy policy;
  std::optional<std::chrono::nanoseconds> busy_for;
  hang_verdict expected;
};

std::ostream& operator<<(std::ostream& out, const look_case& x) {
  return out << x.name;
}

class HangWatch : public testing::TestWithParam<look_case> {};

TEST_P(HangWatch, SaysWhetherAChildIsStuckAndWhenToLookAgain) {
  hang_detection limits{
      .longest = 8s, .policy = GetParam().policy, .grace = 3s};
  EXPECT_EQ(judge_hang(GetParam().busy_for, limits), GetParam().expected);
}

constexpr auto warn = stuck_policy::warn;
constexpr auto replace = stuck_policy::replace;

const look_case cases[] = {
    {"AnIdleChildMayBeginRightAfterwards", warn, std::nullopt, {false, 8s}},
    {"ABusyChildHasWhatIsLeft", warn, 3s, {false, 5s}},
    {"NotMoreOftenThanAQuarter", warn, 7'999ms, {false, 2s}},
    {"AtTheLimitItIsStuck", warn, 8s, {true, 2s}},
    {"LongAfterTheLimitItIsStuck", warn, 8h, {true, 2s}},
    {"InTimeForTheEndOfTheGrace", replace, 10s, {true, 1s}},
    {"AQuarterIfTheGraceIsLonger", replace, 8s, {true, 2s}},
    {"AfterTheGrace", replace, 11s, {true, 2s}},
};

INSTANTIATE_TEST_SUITE_P(Looks, HangWatch, testing::ValuesIn(cases),
                         [](auto& x) { return x.param.name; });

/// Looks at a child that handles messages of random length.
TEST(HangWatchRandom, EachStuckMessageIsFoundAtMostAQuarterLate) {
  auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random{seed};
  hang_detection limits{.longest = 1s, .policy = warn, .grace = 1s};
  std::chrono::nanoseconds look{0};
  std::chrono::nanoseconds begin{0};
  size_t found = 0;
  for (int i = 0; i < 10'000; ++i) {
    begin += std::chrono::milliseconds{random() % 500};
    auto length = std::chrono::milliseconds{random() % 3'000};
    std::optional<std::chrono::nanoseconds> found_after;
    for (; look < begin + length;) {
      std::optional<std::chrono::nanoseconds> busy;
      if (look >= begin)
        busy = look - begin;
      auto [stuck, next] = judge_hang(busy, limits);
      ASSERT_EQ(stuck, busy && *busy >= 1s);
      if (stuck && !found_after)
        found_after = busy;
      ASSERT_GT(next, 0s);
      look += next;
    }
    if (length >= 1'250ms) {
      ASSERT_TRUE(found_after)
          << "message " << i << " of " << length / 1ms << " ms";
      ASSERT_LE(*found_after, 1'250ms);
      ++found;
    }
    begin += length;
  }
  EXPECT_GT(found, 1'000u);
}

} // namespace
} // namespace troupe
