// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace app {

/// A series of points that are joined by a line.
struct plot_line {
  /// Stands in the legend, if it is not empty.
  std::string name = {};

  std::vector<double> x = {};
  std::vector<double> y = {};

  enum class points : uint8_t { plain = 1, dots };

  points marks = points::plain;
};

/// A picture with two axes.
struct line_plot {
  enum class scale : uint8_t {
    linear = 1,
    logarithmic,
  };

  enum class aspect : uint8_t {
    /// Each axis fills the picture.
    free = 1,
    /// One unit is as long on both axes, as on a map.
    equal,
  };

  std::string title = {};
  std::string x_label = {};
  std::string y_label = {};
  scale y_scale = scale::linear;
  aspect shape = aspect::free;
  std::vector<plot_line> lines = {};

  /// In pixels, at least 200 each.
  int width = 960;
  int height = 600;
};

/// Returns where ticks go on an axis from `low` to `high`: round numbers in
/// this range, about `count` of them, such as 0, 50, 100 for 0 to 120 and 3.
/// @pre `low < high && count > 0`
std::vector<double> ticks(double low, double high, size_t count);

/// Returns the picture as a PNG file. Points that are not finite, or not
/// positive on a logarithmic scale, are left out.
std::string to_png(const line_plot& x);

} // namespace app
