// SPDX-License-Identifier: Apache-2.0

#include "link/line_limit.hpp"

#include <gtest/gtest.h>

namespace troupe {

using namespace std::chrono_literals;

TEST(LineLimit, LeavesOutWhatIsTooMuchAndTellsHowMuch) {
  line_limit limit{2};
  line_limit::time_point start{1h};
  EXPECT_EQ(limit.next(start), 0u);
  EXPECT_EQ(limit.next(start + 10ms), 0u);
  EXPECT_EQ(limit.next(start + 20ms), std::nullopt);
  EXPECT_EQ(limit.next(start + 999ms), std::nullopt);
  EXPECT_EQ(limit.next(start + 1s), 2u);
  EXPECT_EQ(limit.next(start + 1s), 0u);
  EXPECT_EQ(limit.next(start + 1s), std::nullopt);
}

TEST(LineLimit, TellsOfLinesThatCouldNotBePrinted) {
  line_limit limit{2};
  line_limit::time_point start{1h};
  EXPECT_EQ(limit.next(start), 0u);
  limit.failed(0);
  EXPECT_EQ(limit.next(start), 1u);
  limit.failed(1);
  EXPECT_EQ(limit.next(start), std::nullopt);
  EXPECT_EQ(limit.next(start + 1s), 3u);
}

} // namespace troupe
