// SPDX-License-Identifier: Apache-2.0

#include "supervision/quarantine.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace troupe {

namespace {

quarantined_message message(std::string text) {
  quarantined_message result;
  result.text = std::move(text);
  return result;
}

std::vector<std::string> texts(const quarantine& x) {
  std::vector<std::string> result;
  for (auto& y : x.list())
    result.push_back(std::to_string(y.number) + " " + y.text);
  return result;
}

using list = std::vector<std::string>;

TEST(Quarantine, NumbersMessagesFromOneAndListsTheOldestFirst) {
  quarantine x{3};
  EXPECT_FALSE(x.add(message("a")));
  EXPECT_FALSE(x.add(message("b")));
  EXPECT_EQ(texts(x), (list{"1 a", "2 b"}));
}

TEST(Quarantine, AFullOneDropsItsOldestAndSaysWhich) {
  quarantine x{2};
  EXPECT_FALSE(x.add(message("a")));
  EXPECT_FALSE(x.add(message("b")));
  auto dropped = x.add(message("c"));
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->text, "a");
  EXPECT_EQ(texts(x), (list{"2 b", "3 c"}));
}

TEST(Quarantine, AMessageIsTakenOutOnceByItsNumber) {
  quarantine x{3};
  for (auto text : {"a", "b", "c"})
    x.add(message(text));
  auto taken = x.take(2);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->text, "b");
  EXPECT_FALSE(x.take(2));
  EXPECT_EQ(texts(x), (list{"1 a", "3 c"}));
}

TEST(Quarantine, NumbersThatWereNeverGivenAreUnknown) {
  quarantine x{1};
  x.add(message("a"));
  EXPECT_FALSE(x.take(0));
  EXPECT_FALSE(x.take(2));
}

TEST(Quarantine, ANumberIsNeverGivenAgain) {
  quarantine x{2};
  x.add(message("a"));
  ASSERT_TRUE(x.take(1));
  x.add(message("b"));
  EXPECT_EQ(texts(x), (list{"2 b"}));
}

} // namespace

} // namespace troupe
