// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace troupe {

/// Decides which lines of a log are printed: at most so many a second. Pure
/// value.
class line_limit {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit line_limit(size_t lines_per_second) : limit_(lines_per_second) {
    // nop
  }

  /// Returns nothing if the next line is to be left out, otherwise how many
  /// were left out before it.
  std::optional<size_t> next(time_point now) {
    if (!begin_ || now - *begin_ >= std::chrono::seconds{1}) {
      begin_ = now;
      printed_ = 0;
    }
    if (printed_ == limit_) {
      ++left_out_;
      return std::nullopt;
    }
    ++printed_;
    return std::exchange(left_out_, 0);
  }

  /// A line that was to be printed, and what it told of others, was not.
  void failed(size_t told) {
    left_out_ += told + 1;
  }

private:
  size_t limit_;
  std::optional<time_point> begin_;
  size_t printed_ = 0;
  size_t left_out_ = 0;
};

} // namespace troupe
