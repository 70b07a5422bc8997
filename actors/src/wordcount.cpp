// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/wordcount.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "caf/event_based_actor.hpp"

namespace troupe {

word_run count_words(std::string_view text) {
  std::unordered_map<std::string_view, uint64_t> table;
  auto end = text.data() + text.size();
  for (auto at = text.data(); at != end;) {
    if (separates_words(*at)) {
      ++at;
      continue;
    }
    auto stop = std::find_if(at, end, separates_words);
    ++table[{at, static_cast<size_t>(stop - at)}];
    at = stop;
  }
  std::vector<std::pair<std::string_view, uint64_t>> sorted(table.begin(),
                                                            table.end());
  std::sort(sorted.begin(), sorted.end());
  word_run result;
  size_t bytes = 0;
  for (auto& [word, count] : sorted)
    bytes += word.size();
  result.text.reserve(bytes);
  result.ends.reserve(sorted.size());
  result.counts.reserve(sorted.size());
  for (auto& [word, count] : sorted) {
    result.text += word;
    result.ends.push_back(static_cast<uint32_t>(result.text.size()));
    result.counts.push_back(count);
  }
  return result;
}

std::map<std::string, uint64_t> count_words_plainly(std::string_view text) {
  std::map<std::string, uint64_t> result;
  std::string word;
  for (auto c : text) {
    if (!separates_words(c)) {
      word += c;
    } else if (!word.empty()) {
      ++result[word];
      word.clear();
    }
  }
  if (!word.empty())
    ++result[word];
  return result;
}

caf::behavior wordcount_worker(caf::event_based_actor*) {
  return {
      [](const text_block& x) { return count_words(x.text); },
  };
}

} // namespace troupe
