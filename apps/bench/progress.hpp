// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>

namespace bench {

/// Says on standard error what runs, over and over on the same line, if that is
/// a terminal; otherwise nothing.
class progress_line {
public:
  /// `total` is the number of runs of all works and subjects.
  explicit progress_line(size_t total);

  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  ~progress_line();

  /// Shows that the next run starts.
  void next(const std::string& what);

  /// Wipes the line.
  void clear();

private:
  bool terminal_;
  size_t total_;
  size_t started_ = 0;
};

} // namespace bench
