// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/backoff.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe {
namespace {

constexpr backoff up_to_ten_seconds{.first = 1s, .cap = 10s};

TEST(Backoff, BoundsDoubleUpToTheCap) {
  std::vector<caf::timespan> bounds;
  for (size_t i = 0; i < 6; ++i)
    bounds.push_back(backoff_delay(up_to_ten_seconds, i, 1.0));
  EXPECT_EQ(bounds, (std::vector<caf::timespan>{1s, 2s, 4s, 8s, 10s, 10s}));
}

TEST(Backoff, JitterPicksFromTheWholeRange) {
  EXPECT_EQ(backoff_delay(up_to_ten_seconds, 2, 0.0), 0s);
  EXPECT_EQ(backoff_delay(up_to_ten_seconds, 2, 0.25), 1s);
  EXPECT_EQ(backoff_delay(up_to_ten_seconds, 9, 0.5), 5s);
}

TEST(Backoff, ManyRepetitionsDoNotOverflow) {
  auto most = std::numeric_limits<size_t>::max();
  EXPECT_EQ(backoff_delay(up_to_ten_seconds, most, 1.0), 10s);
  backoff endless{.first = 1s, .cap = caf::timespan::max()};
  EXPECT_EQ(backoff_delay(endless, most, 1.0), caf::timespan::max());
}

TEST(Backoff, ACapBelowTheFirstDelayWins) {
  EXPECT_EQ(backoff_delay({.first = 1s, .cap = 100ms}, 0, 1.0), 100ms);
}

TEST(Backoff, AFirstDelayOfZeroNeverWaits) {
  EXPECT_EQ(backoff_delay({.first = 0s, .cap = 1s}, 40, 1.0), 0s);
}

TEST(Backoff, ARandomValueOutsideTheRangeIsClamped) {
  EXPECT_EQ(backoff_delay(up_to_ten_seconds, 0, 7.0), 1s);
  EXPECT_EQ(backoff_delay(up_to_ten_seconds, 0, -7.0), 0s);
}

} // namespace
} // namespace troupe
