// SPDX-License-Identifier: Apache-2.0

#include "common/human.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace app {

using namespace std::chrono_literals;

TEST(Human, GivesThreeDigitsAndTheUnitThatSuits) {
  EXPECT_EQ(human(0ns), "0.00 us");
  EXPECT_EQ(human(1500ns), "1.50 us");
  EXPECT_EQ(human(1'061us), "1.06 ms");
  EXPECT_EQ(human(28'400us), "28.4 ms");
  EXPECT_EQ(human(999'400us), "999 ms");
  EXPECT_EQ(human(999'600us), "1.00 s");
  EXPECT_EQ(human(12'340ms), "12.3 s");
}

TEST(Human, CountsMinutesAndHoursBeyond) {
  EXPECT_EQ(human(200s), "3 min 20 s");
  EXPECT_EQ(human(3599s), "59 min 59 s");
  EXPECT_EQ(human(2h + 5min), "2 h 05 min");
}

} // namespace app
