// SPDX-License-Identifier: Apache-2.0

#include "block_reader.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "troupe/actors/wordcount.hpp"

namespace wordcount {

namespace {

/// What is read at once to find the end of a word.
constexpr uint64_t look_ahead = 4'096;

} // namespace

block_reader::block_reader(const app::regular_file& file, uint64_t block_bytes)
    : file_(file), block_bytes_(block_bytes) {
  // nop
}

size_t block_reader::blocks() const noexcept {
  return (file_.size() + block_bytes_ - 1) / block_bytes_;
}

std::string block_reader::read(size_t block) const {
  auto begin = block * block_bytes_;
  auto end = std::min(begin + block_bytes_, file_.size());
  // With the byte before it, which tells whether a word begins here.
  auto before = begin > 0 ? uint64_t{1} : uint64_t{0};
  auto result = file_.read(begin - before, end - begin + before);
  if (before > 0) {
    auto stop = result.begin();
    while (stop != result.end() && !troupe::separates_words(*stop))
      ++stop;
    result.erase(result.begin(), stop);
  }
  if (result.empty() || troupe::separates_words(result.back()))
    return result;
  auto word = result.end();
  while (word != result.begin() && !troupe::separates_words(*(word - 1)))
    --word;
  auto word_bytes = static_cast<uint64_t>(result.end() - word);
  for (auto at = end; at < file_.size();) {
    auto more = file_.read(at, look_ahead);
    auto stop = std::find_if(more.begin(), more.end(), troupe::separates_words);
    auto found = static_cast<uint64_t>(stop - more.begin());
    word_bytes += found;
    if (word_bytes > max_word_bytes)
      throw std::runtime_error(
          fmt::format("the word that ends behind byte {} is longer than {} "
                      "bytes",
                      at + found, max_word_bytes));
    result.append(more, 0, found);
    at += found;
    if (stop != more.end())
      break;
  }
  return result;
}

} // namespace wordcount
