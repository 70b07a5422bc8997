// SPDX-License-Identifier: Apache-2.0

#include "common/line_plot.hpp"

#include <cmath>
#include <memory>

#include <gd.h>
#include <gtest/gtest.h>

namespace app {

namespace {

using image = std::unique_ptr<gdImage, decltype(&gdImageDestroy)>;

image decode(std::string png) {
  return {gdImageCreateFromPngPtr(static_cast<int>(png.size()), png.data()),
          gdImageDestroy};
}

/// Counts the pixels with that colour.
size_t count(const image& x, int colour) {
  size_t result = 0;
  for (int row = 0; row < gdImageSY(x.get()); ++row)
    for (int column = 0; column < gdImageSX(x.get()); ++column)
      if (gdImageGetTrueColorPixel(x.get(), column, row) == colour)
        ++result;
  return result;
}

constexpr int first_colour = 0x0072B2;

} // namespace

TEST(Ticks, AreRoundNumbersInsideTheRange) {
  EXPECT_EQ(ticks(0, 120, 3), (std::vector<double>{0, 50, 100}));
  EXPECT_EQ(ticks(-1, 1, 4), (std::vector<double>{-1, -0.5, 0, 0.5, 1}));
  EXPECT_EQ(ticks(7'500, 9'100, 4),
            (std::vector<double>{7'500, 8'000, 8'500, 9'000}));
}

TEST(LinePlot, HasTheSizeThatWasAskedFor) {
  auto x = decode(to_png({.title = "empty", .width = 300, .height = 200}));
  ASSERT_TRUE(x);
  EXPECT_EQ(gdImageSX(x.get()), 300);
  EXPECT_EQ(gdImageSY(x.get()), 200);
  EXPECT_EQ(count(x, first_colour), 0u);
}

TEST(LinePlot, DrawsALineFromEdgeToEdge) {
  auto x = decode(to_png({.lines = {{.x = {0, 1}, .y = {5, 9}}}}));
  EXPECT_GT(count(x, first_colour), 500u);
}

TEST(LinePlot, LeavesOutWhatHasNoPlace) {
  auto nan = std::nan("");
  auto x = decode(to_png({.y_scale = line_plot::scale::logarithmic,
                          .lines = {{.x = {0, 1, 2}, .y = {1, 0, 100}},
                                    {.x = {nan, 1}, .y = {1, nan}}}}));
  EXPECT_EQ(count(x, first_colour), 0u);
}

} // namespace app
