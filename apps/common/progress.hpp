// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "caf/timespan.hpp"

namespace app {

/// Where a run stands.
struct progress {
  size_t done = 0;
  size_t total = 0;
  caf::timespan elapsed{0};
};

/// Returns the time until all is done at the pace so far, nothing before the
/// first task is done.
std::optional<caf::timespan> time_left(const progress& x);

/// Returns a bar as one line of at most `width` columns, such as
/// `[#####.....]  50 %  5/10  1.4 s  1.4 s left`.
std::string render(const progress& x, size_t width);

/// Draws the bar on standard error, if that is a terminal, over and over on
/// the same line, at most ten times a second.
class progress_bar {
public:
  progress_bar();

  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;

  ~progress_bar();

  void show(const progress& x);

  /// Wipes the line.
  void clear();

  /// Prints a line of its own on standard error, terminal or not.
  void note(const std::string& text);

private:
  using clock = std::chrono::steady_clock;

  /// Columns of the terminal, nothing if there is none.
  std::optional<size_t> width_;
  clock::time_point next_;
};

} // namespace app
