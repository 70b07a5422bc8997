// SPDX-License-Identifier: Apache-2.0

#include "word_store.hpp"

#include <map>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace wordcount {

namespace {

std::string random_words(uint64_t seed, size_t words) {
  std::string result;
  for (size_t i = 0; i < words; ++i) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    result += std::to_string(seed >> 52) + " ";
  }
  return result;
}

} // namespace

TEST(WordStore, KnowsAllWordsWhateverFitsIntoMemory) {
  troupe::test::temp_dir dir;
  for (uint64_t memory : {1, 20'000, 1 << 30}) {
    word_store store{memory, dir.path()};
    std::string text;
    for (uint64_t seed = 0; seed < 70; ++seed) {
      auto part = random_words(seed, 100);
      store.add(troupe::count_words(part));
      text += part;
    }
    EXPECT_EQ(store.spills() == 0, memory == 1 << 30);
    auto expected = troupe::count_words_plainly(text);
    auto at = expected.begin();
    for (store.rewind(); store.next(); ++at) {
      ASSERT_NE(at, expected.end());
      EXPECT_EQ(store.word(), at->first);
      EXPECT_EQ(store.count(), at->second);
    }
    EXPECT_EQ(at, expected.end());
  }
}

TEST(WordStore, MayBeEmpty) {
  word_store store{1'000, "/nowhere"};
  store.rewind();
  EXPECT_FALSE(store.next());
}

TEST(WordStore, SaysWhereItCannotWrite) {
  word_store store{1, "/nowhere"};
  try {
    store.add(troupe::count_words("a"));
    FAIL() << "was accepted";
  } catch (const std::system_error& x) {
    EXPECT_STREQ(x.what(), "/nowhere: No such file or directory");
  }
}

} // namespace wordcount
