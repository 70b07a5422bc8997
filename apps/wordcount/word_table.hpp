// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "troupe/actors/wordcount.hpp"

namespace wordcount {

/// Words and counts, as many as fit into memory.
class word_table {
public:
  using entry = std::pair<std::string_view, uint64_t>;

  void add(const troupe::word_run& x);

  /// Returns about how much memory the words take, with all around them and
  /// what it takes to sort them.
  uint64_t bytes() const noexcept {
    return bytes_;
  }

  bool empty() const noexcept {
    return counts_.empty();
  }

  /// Returns the words in the order of their bytes; valid until the table
  /// changes.
  std::vector<entry> sorted() const;

  void clear();

private:
  struct hash {
    using is_transparent = void;

    size_t operator()(std::string_view x) const noexcept {
      return std::hash<std::string_view>{}(x);
    }
  };

  std::unordered_map<std::string, uint64_t, hash, std::equal_to<>> counts_;
  uint64_t bytes_ = 0;
};

} // namespace wordcount
