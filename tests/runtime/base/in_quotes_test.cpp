// SPDX-License-Identifier: Apache-2.0

#include "base/in_quotes.hpp"

#include <gtest/gtest.h>

namespace troupe {

TEST(InQuotes, TextStaysOnOneLine) {
  EXPECT_EQ(in_quotes(""), "\"\"");
  EXPECT_EQ(in_quotes("plain"), "\"plain\"");
  EXPECT_EQ(in_quotes("a\nb\x7f"), "\"a\\x0ab\\x7f\"");
  EXPECT_EQ(in_quotes("say \"x\\y\""), "\"say \\\"x\\\\y\\\"\"");
  EXPECT_EQ(in_quotes("für"), "\"für\"");
}

TEST(InQuotes, OnlyTheBeginningOfALongTextIsShown) {
  EXPECT_EQ(in_quotes(std::string(80, 'x')),
            "\"" + std::string(80, 'x') + "\"");
  EXPECT_EQ(in_quotes(std::string(81, 'x')),
            "\"" + std::string(80, 'x') + "...\"");
}

} // namespace troupe
