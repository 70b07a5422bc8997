// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "troupe/supervision/child_info.hpp"

namespace demo {

/// What is to be seen at a moment.
struct picture {
  /// Each group, and its workers; without workers if it does not answer.
  std::vector<std::pair<troupe::child_info, std::vector<troupe::child_info>>>
      groups = {};

  /// The last events, oldest first.
  std::deque<std::string> events = {};

  size_t pieces = 0;
  size_t pieces_done = 0;
  size_t steps = 0;
  size_t steps_done = 0;
};

/// Returns the lines of `x` for a terminal with colours, none of them wider
/// than `width` columns, at most `height`.
std::vector<std::string> draw(const picture& x, size_t width, size_t height);

} // namespace demo
