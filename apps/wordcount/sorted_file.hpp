// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wordcount {

/// Words and counts in the order of the words, in a temporary file that has no
/// name and vanishes with this object.
class sorted_file {
public:
  /// Opens a new one in a directory. This and all else throws
  /// `std::system_error` when the file cannot be written or read.
  explicit sorted_file(const std::string& directory);

  /// @pre `word` comes after all before it; nothing was read yet
  void put(std::string_view word, uint64_t count);

  /// Goes to the first word.
  void rewind();

  /// Reads the next word.
  /// @returns whether there was one
  bool next();

  /// The word that was read last; valid until the next one is.
  std::string_view word() const noexcept {
    return word_;
  }

  uint64_t count() const noexcept {
    return count_;
  }

private:
  struct closer {
    void operator()(std::FILE* x) const noexcept;
  };

  void write(const void* from, size_t bytes);

  std::unique_ptr<std::FILE, closer> file_;
  std::string word_;
  uint64_t count_ = 0;
};

/// The words of several files in order, those of more than one file once with
/// their counts added.
class merged_files {
public:
  /// Reads each file from its first word on.
  explicit merged_files(std::vector<sorted_file> files);

  /// As of `sorted_file`.
  bool next();

  std::string_view word() const noexcept {
    return word_;
  }

  uint64_t count() const noexcept {
    return count_;
  }

private:
  /// Puts a file back with its next word, if it has one.
  void go_on(size_t file);

  std::vector<sorted_file> files_;

  /// Files by their present words, as a heap.
  std::vector<size_t> heads_;

  std::string word_;
  uint64_t count_ = 0;
};

} // namespace wordcount
