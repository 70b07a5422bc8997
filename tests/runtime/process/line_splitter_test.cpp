// SPDX-License-Identifier: Apache-2.0

#include "process/line_splitter.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace troupe {
namespace {

using lines = std::vector<std::string>;

TEST(LineSplitter, KeepsALineUntilItIsComplete) {
  line_splitter x{100};
  EXPECT_EQ(x.feed("one\ntw"), (lines{"one"}));
  EXPECT_EQ(x.feed("o\n\nth"), (lines{"two", ""}));
  EXPECT_EQ(x.feed("ree"), (lines{}));
  EXPECT_EQ(x.finish(), "three");
  EXPECT_EQ(x.finish(), std::nullopt);
}

TEST(LineSplitter, CutsALineThatIsTooLong) {
  line_splitter x{4};
  EXPECT_EQ(x.feed("abcdefghij\n"), (lines{"abcd...", "efgh...", "ij"}));
}

TEST(LineSplitter, LeavesALineOfJustTheLimitWhole) {
  line_splitter x{4};
  EXPECT_EQ(x.feed("abcd\nefgh"), (lines{"abcd"}));
  EXPECT_EQ(x.feed("\n"), (lines{"efgh"}));
}

TEST(LineSplitter, KeepsNoMoreThanItsLimitOfEndlessText) {
  line_splitter x{10};
  std::string much(1'000, 'x');
  size_t parts = 0;
  for (auto i = 0; i < 100; ++i)
    parts += x.feed(much).size();
  EXPECT_EQ(parts, 100'000u / 10 - 1);
  EXPECT_EQ(x.finish()->size(), 10u);
}

TEST(LineSplitter, MasksWhatWouldDisturbATerminal) {
  line_splitter x{100};
  EXPECT_EQ(x.feed("a\x1b[31m\tb\x7f\r\n"), (lines{"a?[31m\tb?"}));
  EXPECT_EQ(x.feed("naïve\n"), (lines{"naïve"}));
}

} // namespace
} // namespace troupe
