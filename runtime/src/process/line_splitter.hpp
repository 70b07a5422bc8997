// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Cuts what a process writes into lines. A line that grows too long comes in
/// parts, so that memory stays bounded; bytes that would disturb a terminal or
/// a log become question marks.
class line_splitter {
public:
  /// @param max_bytes Longest part of a line, at least 1.
  explicit line_splitter(size_t max_bytes);

  /// Takes more of the text.
  /// @returns the lines that are complete by now, without their ends.
  std::vector<std::string> feed(std::string_view text);

  /// Returns what came after the last line, if anything; nothing will follow.
  std::optional<std::string> finish();

private:
  size_t max_bytes_;
  std::string rest_;
};

} // namespace troupe
