// SPDX-License-Identifier: Apache-2.0

#include "test_image.hpp"

#include <algorithm>
#include <cmath>

namespace imaging {

namespace {

uint16_t sample(double x) {
  return static_cast<uint16_t>(std::lround(std::clamp(x, 0.0, 1.0) * 255));
}

} // namespace

void draw_test_image(uint64_t width, uint64_t height, std::span<uint16_t> to) {
  auto i = to.begin();
  auto longer = static_cast<double>(std::max(width, height));
  for (uint64_t row = 0; row < height; ++row)
    for (uint64_t column = 0; column < width; ++column) {
      auto x = static_cast<double>(column) / longer;
      auto y = static_cast<double>(row) / longer;
      auto board = (static_cast<int>(x * 24) + static_cast<int>(y * 24)) % 2;
      // Rings that become ever finer, up to what pixels can show.
      auto radius2 = x * x + y * y;
      auto rings = 0.5 + 0.5 * std::cos(radius2 * longer * 0.8);
      *i++ = sample(0.8 * rings + 0.2 * board);
      *i++ = sample(0.6 * x + 0.4 * board);
      *i++ = sample(0.7 * y + 0.3 * rings);
    }
}

} // namespace imaging
