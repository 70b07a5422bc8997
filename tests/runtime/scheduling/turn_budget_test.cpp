// SPDX-License-Identifier: Apache-2.0

#include "scheduling/turn_budget.hpp"

#include <gtest/gtest.h>

namespace {

using troupe::turn_budget;

TEST(TurnBudget, StartsAtTheLimit) {
  EXPECT_EQ(turn_budget(256, 1000).messages(), 256u);
}

TEST(TurnBudget, TurnWithinItsSliceKeepsTheLimit) {
  turn_budget uut{256, 1000};
  uut.book(1000);
  EXPECT_EQ(uut.messages(), 256u);
}

TEST(TurnBudget, OverlongTurnCutsInProportion) {
  turn_budget uut{256, 1000};
  uut.book(7500);
  EXPECT_EQ(uut.messages(), 32u);
}

TEST(TurnBudget, NeverFallsBelowOneMessage) {
  turn_budget uut{256, 1000};
  uut.book(1'000'000'000);
  EXPECT_EQ(uut.messages(), 1u);
  uut.book(1'000'000'000);
  EXPECT_EQ(uut.messages(), 1u);
}

TEST(TurnBudget, ShortTurnsDoubleItBackToTheLimit) {
  turn_budget uut{10, 1000};
  uut.book(1'000'000);
  for (size_t expected : {1, 2, 4, 8, 10, 10}) {
    EXPECT_EQ(uut.messages(), expected);
    uut.book(10);
  }
}

TEST(TurnBudget, LimitOfZeroStillPermitsOneMessage) {
  EXPECT_EQ(turn_budget(0, 0).messages(), 1u);
}

} // namespace
