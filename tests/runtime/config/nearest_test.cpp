// SPDX-License-Identifier: Apache-2.0

#include "config/nearest.hpp"

#include <gtest/gtest.h>

namespace troupe {

TEST(Nearest, FindsWhatWasMeant) {
  std::string known[] = {"node.listen", "node.join", "scheduler.threads"};
  struct {
    const char* text;
    std::optional<std::string> expected;
  } table[] = {
      {"node.listen", "node.listen"},
      {"node.lisen", "node.listen"},
      {"node.listenn", "node.listen"},
      {"node.jion", "node.join"},
      {"nodejoin", "node.join"},
      {"threads", std::nullopt},
      {"schedulerthreads", "scheduler.threads"},
      {"x", std::nullopt},
      {"", std::nullopt},
  };
  for (auto& [text, expected] : table)
    EXPECT_EQ(nearest(text, known), expected) << text;
}

TEST(Nearest, FirstOfEquallyNearOnesWins) {
  std::string known[] = {"abc1", "abc2"};
  EXPECT_EQ(nearest("abc", known), "abc1");
}

} // namespace troupe
