// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <utility>

#include <unistd.h>

namespace troupe {

/// Owns a file descriptor.
class file_descriptor {
public:
  file_descriptor() noexcept = default;

  explicit file_descriptor(int fd) noexcept : fd_(fd) {
    // nop
  }

  file_descriptor(file_descriptor&& x) noexcept
      : fd_(std::exchange(x.fd_, -1)) {
    // nop
  }

  file_descriptor& operator=(file_descriptor&& x) noexcept {
    std::swap(fd_, x.fd_);
    return *this;
  }

  ~file_descriptor() {
    reset();
  }

  explicit operator bool() const noexcept {
    return fd_ >= 0;
  }

  int get() const noexcept {
    return fd_;
  }

  /// Gives the descriptor up.
  int release() noexcept {
    return std::exchange(fd_, -1);
  }

  void reset() noexcept {
    if (fd_ >= 0)
      close(std::exchange(fd_, -1));
  }

private:
  int fd_ = -1;
};

} // namespace troupe
