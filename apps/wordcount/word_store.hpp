// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sorted_file.hpp"
#include "troupe/actors/wordcount.hpp"
#include "word_table.hpp"

namespace wordcount {

/// Words and counts, however many: in memory as far as the allowance goes, in
/// sorted files beyond.
class word_store {
public:
  word_store(uint64_t memory_bytes, std::string directory);

  /// Throws `std::system_error` when a file cannot be written.
  void add(const troupe::word_run& x);

  /// Goes to the first word, in the order of their bytes. Nothing may be added
  /// any more. Throws as `add` does, and so does `next`.
  void rewind();

  /// Goes on to the next word.
  /// @returns whether there is one
  bool next();

  std::string_view word() const noexcept {
    return word_;
  }

  uint64_t count() const noexcept {
    return count_;
  }

  /// Returns how often the words in memory went to a file.
  size_t spills() const noexcept {
    return spills_;
  }

private:
  void spill();

  uint64_t memory_bytes_;
  std::string directory_;
  word_table table_;
  std::vector<sorted_file> files_;
  size_t spills_ = 0;

  /// Where the words come from in the end: memory, or files.
  std::vector<word_table::entry> sorted_;
  size_t position_ = 0;
  std::optional<merged_files> merged_;
  std::string_view word_;
  uint64_t count_ = 0;
};

} // namespace wordcount
