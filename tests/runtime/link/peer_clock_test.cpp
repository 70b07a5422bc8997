// SPDX-License-Identifier: Apache-2.0

#include "link/peer_clock.hpp"

#include <gtest/gtest.h>

namespace troupe {

namespace {

using namespace std::chrono_literals;

peer_clock::time_point at(caf::timespan x) {
  return peer_clock::time_point{x};
}

constexpr uint64_t second = 1'000'000;

} // namespace

TEST(PeerClock, KnowsNothingBeforeSomethingHasCome) {
  EXPECT_FALSE(peer_clock{}.when(0));
}

TEST(PeerClock, TakesWhatTravelsFastestForTheDifference) {
  peer_clock clock;
  clock.heard(5 * second, at(1005s + 30ms));
  clock.heard(6 * second, at(1006s + 10ms));
  // Has waited on its way.
  clock.heard(7 * second, at(1010s));
  EXPECT_EQ(clock.when(8 * second), at(1008s + 10ms));
}

TEST(PeerClock, FollowsAClockThatGoesAnotherWay) {
  peer_clock clock;
  clock.heard(0, at(1000s));
  // A day later the peer's clock is 5 s behind: 58 millionths.
  constexpr uint64_t day = 24 * 3600;
  clock.heard((day - 5) * second, at(1000s + 24h));
  EXPECT_EQ(clock.when(day * second), at(1005s + 24h));
}

TEST(PeerClock, NumbersOfAllSizesMeanSomething) {
  peer_clock clock;
  clock.heard(~uint64_t{0}, at(1s));
  EXPECT_TRUE(clock.when(0));
  EXPECT_EQ(clock.when(~uint64_t{0}), at(1s));
  EXPECT_EQ(to_microseconds(at(-1s)), 0u);
}

} // namespace troupe
