// SPDX-License-Identifier: Apache-2.0

#include "block_reader.hpp"

#include <map>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"
#include "troupe/actors/wordcount.hpp"

namespace wordcount {

namespace {

using counts = std::map<std::string, uint64_t>;

counts in_blocks(const app::regular_file& file, uint64_t block_bytes) {
  counts result;
  block_reader reader{file, block_bytes};
  for (size_t i = 0; i < reader.blocks(); ++i)
    for (auto& [word, count] : troupe::count_words_plainly(reader.read(i)))
      result[word] += count;
  return result;
}

} // namespace

TEST(BlockReader, CutsNoWord) {
  troupe::test::temp_dir dir;
  for (std::string text :
       {"", " ", "a", "to be or not to be", "  a\n\nlong-word-here b\n",
        "no-separator-at-all", " a b c d e f "}) {
    app::regular_file file{dir.write("in", text)};
    for (uint64_t size = 1; size <= text.size() + 2; ++size)
      EXPECT_EQ(in_blocks(file, size), troupe::count_words_plainly(text))
          << '"' << text << "\" in blocks of " << size;
  }
}

TEST(BlockReader, TakesWordsUpToTheLimit) {
  troupe::test::temp_dir dir;
  auto word = std::string(max_word_bytes, 'x');
  app::regular_file file{dir.write("in", "a " + word + " b")};
  EXPECT_EQ(in_blocks(file, 10'000), (counts{{"a", 1}, {"b", 1}, {word, 1}}));
}

TEST(BlockReader, SaysWhichWordIsTooLong) {
  troupe::test::temp_dir dir;
  auto word = std::string(max_word_bytes + 1, 'x');
  app::regular_file file{dir.write("in", "a " + word + " b")};
  try {
    block_reader{file, 4'096}.read(0);
    FAIL() << "was accepted";
  } catch (const std::runtime_error& x) {
    EXPECT_NE(std::string{x.what()}.find("is longer than 1048576 bytes"),
              std::string::npos)
        << x.what();
  }
}

} // namespace wordcount
