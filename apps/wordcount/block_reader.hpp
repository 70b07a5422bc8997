// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/regular_file.hpp"

namespace wordcount {

/// Longest word.
inline constexpr uint64_t max_word_bytes = uint64_t{1} << 20;

/// Cuts a file into blocks that begin and end with whole words, each of which
/// can be read without the ones before it: block i has the words that begin in
/// its part of the file.
class block_reader {
public:
  /// `file` outlives this object.
  /// @pre `block_bytes > 0`
  block_reader(const app::regular_file& file, uint64_t block_bytes);

  size_t blocks() const noexcept;

  /// Returns the words of a block and what is between them. Throws
  /// `std::runtime_error` as the file does, and if a word is too long.
  std::string read(size_t block) const;

private:
  const app::regular_file& file_;
  uint64_t block_bytes_;
};

} // namespace wordcount
