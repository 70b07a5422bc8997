// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/wordcount.hpp"

#include <cctype>

#include <gtest/gtest.h>

namespace troupe {

namespace {

std::map<std::string, uint64_t> as_map(const word_run& x) {
  std::map<std::string, uint64_t> result;
  for (size_t i = 0; i < x.size(); ++i) {
    EXPECT_TRUE(i == 0 || x.word(i - 1) < x.word(i));
    result[std::string{x.word(i)}] = x.counts[i];
  }
  return result;
}

} // namespace

TEST(WordCount, FindsTheWordsBetweenSeparators) {
  using words = std::map<std::string, uint64_t>;
  EXPECT_EQ(as_map(count_words("")), words{});
  EXPECT_EQ(as_map(count_words(" \t\n\v\f\r")), words{});
  EXPECT_EQ(as_map(count_words("a")), (words{{"a", 1}}));
  EXPECT_EQ(as_map(count_words(" to be\nor  not to\tbe ")),
            (words{{"be", 2}, {"not", 1}, {"or", 1}, {"to", 2}}));
}

TEST(WordCount, SeparatesAsTheCLocaleDoes) {
  for (int c = 0; c < 256; ++c)
    EXPECT_EQ(separates_words(static_cast<char>(c)), std::isspace(c) != 0) << c;
}

TEST(WordCount, CountsAnyBytesAsTheyAreReadOneByOne) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    std::string text;
    auto x = seed;
    for (int i = 0; i < 2'000; ++i) {
      x = x * 6364136223846793005 + 1442695040888963407;
      text += "a b\ncd\xff\0e "[x >> 33 & 7];
    }
    EXPECT_EQ(as_map(count_words(text)), count_words_plainly(text))
        << "seed " << seed;
  }
}

} // namespace troupe
