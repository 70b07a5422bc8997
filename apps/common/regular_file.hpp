// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

namespace app {

/// A regular file of a size that is known, read from any place by any thread.
class regular_file {
public:
  /// Throws `std::runtime_error` with one line for people, without the file's
  /// name.
  explicit regular_file(const std::string& name);

  regular_file(const regular_file&) = delete;
  regular_file& operator=(const regular_file&) = delete;

  ~regular_file();

  /// Returns the size in bytes when it was opened.
  uint64_t size() const noexcept {
    return size_;
  }

  /// Returns `count` bytes from `offset` on, or what there is of them.
  /// Throws as above, also if the file has become shorter.
  std::string read(uint64_t offset, uint64_t count) const;

private:
  int fd_;
  uint64_t size_ = 0;
};

} // namespace app
