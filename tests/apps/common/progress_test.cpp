// SPDX-License-Identifier: Apache-2.0

#include "common/progress.hpp"

#include <gtest/gtest.h>

namespace app {

using namespace std::chrono_literals;

TEST(Progress, ShowsNoTimeLeftBeforeTheFirstTask) {
  EXPECT_EQ(render({.done = 0, .total = 10, .elapsed = 100ms}, 80),
            "[........................................]   0 %  0/10  100 ms");
}

TEST(Progress, ShowsTheTimeLeftAtThePaceSoFar) {
  EXPECT_EQ(time_left({.done = 4, .total = 10, .elapsed = 2s}),
            caf::timespan{3s});
  EXPECT_EQ(render({.done = 5, .total = 10, .elapsed = 1400ms}, 80),
            "[####################....................]  50 %  5/10  1.40 s"
            "  1.40 s left");
}

TEST(Progress, ShowsNoTimeLeftAtTheEnd) {
  EXPECT_EQ(render({.done = 2, .total = 2, .elapsed = 1s}, 80),
            "[########################################] 100 %  2/2  1.00 s");
}

TEST(Progress, ShortensTheBarFirstAndTheTextLast) {
  progress x{.done = 1, .total = 2, .elapsed = 1s};
  for (size_t width = 0; width < 100; ++width)
    EXPECT_LE(render(x, width).size(), width);
  EXPECT_EQ(render(x, 40), "[###...]  50 %  1/2  1.00 s  1.00 s left");
  EXPECT_EQ(render(x, 12), " 50 %  1/2  ");
}

} // namespace app
