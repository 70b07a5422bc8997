// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "caf/expected.hpp"

namespace kmeans {

/// Points as rows of `dims` numbers.
struct point_table {
  uint32_t dims = 0;
  std::vector<float> numbers;

  size_t size() const noexcept {
    return dims == 0 ? 0 : numbers.size() / dims;
  }
};

/// Reads CSV without a header: on each line as many numbers as on the first
/// one, at most 4,096. Empty lines are skipped.
/// @returns `errc::bad_input` with one line that names line, value and what is
///          allowed.
caf::expected<point_table> parse_points(std::string_view text);

/// Returns at most `limit` points, evenly spread.
point_table sample(const point_table& x, size_t limit);

} // namespace kmeans
