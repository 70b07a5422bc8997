// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"

#include "troupe/actors/type_ids.hpp"

namespace troupe {

/// Text to count the words of, at most 4 GiB.
struct text_block {
  std::string text;
};

/// Different words in the order of their bytes, with how often each occurs.
struct word_run {
  /// All words, one after another.
  std::string text;

  /// Where each word ends in `text`.
  std::vector<uint32_t> ends;

  std::vector<uint64_t> counts;

  size_t size() const noexcept {
    return ends.size();
  }

  std::string_view word(size_t i) const {
    auto begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view{text}.substr(begin, ends[i] - begin);
  }
};

/// Returns whether a byte separates words: those that `isspace` names in the C
/// locale.
constexpr bool separates_words(char x) noexcept {
  return x == ' ' || (x >= '\t' && x <= '\r');
}

/// Counts words: the longest parts of a text without a separator.
word_run count_words(std::string_view text);

/// Does the same byte by byte, to verify `count_words`.
std::map<std::string, uint64_t> count_words_plainly(std::string_view text);

/// Counts words for others.
///
/// | accepts      | replies    |
/// |--------------|------------|
/// | `text_block` | `word_run` |
///
/// Keeps nothing between two tasks.
caf::behavior wordcount_worker(caf::event_based_actor* self);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, text_block& x) {
  return f(caf::meta::type_name("troupe::text_block"), x.text);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, word_run& x) {
  return f(caf::meta::type_name("troupe::word_run"), x.text, x.ends, x.counts);
}

} // namespace troupe
