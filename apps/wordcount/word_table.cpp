// SPDX-License-Identifier: Apache-2.0

#include "word_table.hpp"

#include <algorithm>

namespace wordcount {

namespace {

/// A node with its hash and link, a bucket, what malloc adds, and an entry when
/// the words are sorted.
constexpr uint64_t bytes_per_word = 128;

/// Shorter ones are inside the node.
constexpr size_t short_word = 15;

} // namespace

void word_table::add(const troupe::word_run& x) {
  for (size_t i = 0; i < x.size(); ++i) {
    auto word = x.word(i);
    auto found = counts_.find(word);
    if (found != counts_.end()) {
      found->second += x.counts[i];
      continue;
    }
    counts_.emplace(word, x.counts[i]);
    bytes_ += bytes_per_word;
    if (word.size() > short_word)
      bytes_ += word.size() + 2 * sizeof(void*);
  }
}

std::vector<word_table::entry> word_table::sorted() const {
  std::vector<entry> result(counts_.begin(), counts_.end());
  std::sort(result.begin(), result.end());
  return result;
}

void word_table::clear() {
  // The buckets go as well.
  counts_ = {};
  bytes_ = 0;
}

} // namespace wordcount
