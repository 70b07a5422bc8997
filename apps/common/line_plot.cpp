// SPDX-License-Identifier: Apache-2.0

#include "common/line_plot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <gd.h>
#include <gdfontl.h>
#include <gdfonts.h>

namespace app {

namespace {

constexpr int left = 90;
constexpr int right = 24;
constexpr int top = 44;
constexpr int bottom = 60;

/// Blue, vermillion, green, orange, purple: told apart by all eyes (Okabe and
/// Ito).
constexpr int palette[] = {0x0072B2, 0xD55E00, 0x009E73, 0xE69F00, 0xCC79A7};
constexpr int black = 0x000000;
constexpr int grey = 0xDDDDDD;
constexpr int white = 0xFFFFFF;

struct range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void take(double x) {
    low = std::min(low, x);
    high = std::max(high, x);
  }

  /// Makes room at both ends, and something of nothing.
  void widen() {
    if (low > high) {
      low = 0;
      high = 1;
    }
    auto room = high > low ? (high - low) * 0.03 : std::abs(low) * 0.1 + 0.5;
    low -= room;
    high += room;
  }

  double length() const {
    return high - low;
  }
};

struct spot {
  int x;
  int y;
};

class canvas {
public:
  explicit canvas(const line_plot& plot)
      : plot_(plot),
        image_(gdImageCreateTrueColor(plot.width, plot.height),
               gdImageDestroy) {
    gdImageFilledRectangle(image(), 0, 0, plot.width - 1, plot.height - 1,
                           white);
    for (auto& line : plot.lines)
      for (size_t i = 0; i < std::min(line.x.size(), line.y.size()); ++i)
        if (auto y = height_of(line.y[i]); y && std::isfinite(line.x[i])) {
          x_.take(line.x[i]);
          y_.take(*y);
        }
    x_.widen();
    y_.widen();
    if (plot.shape == line_plot::aspect::equal)
      even_out();
  }

  void draw_axes() {
    for (auto tick : ticks(x_.low, x_.high, 8)) {
      auto x = place(tick, y_.low).x;
      gdImageLine(image(), x, top, x, plot_.height - bottom, grey);
      text_centred(fmt::format("{:.6g}", tick), x, plot_.height - bottom + 8);
    }
    for (auto tick : ticks(y_.low, y_.high, 6)) {
      auto y = place(x_.low, tick).y;
      gdImageLine(image(), left, y, plot_.width - right, y, grey);
      auto shown = plot_.y_scale == line_plot::scale::linear
                       ? tick
                       : std::pow(10.0, tick);
      text_right(fmt::format("{:.6g}", shown), left - 8, y - small()->h / 2);
    }
    gdImageRectangle(image(), left, top, plot_.width - right,
                     plot_.height - bottom, black);
    write(large(), plot_.title, left, 14);
    text_centred(plot_.x_label, (left + plot_.width - right) / 2,
                 plot_.height - 26);
    std::string label = plot_.y_label;
    gdImageStringUp(image(), small(), 10,
                    (top + plot_.height - bottom) / 2
                        + static_cast<int>(label.size()) * small()->w / 2,
                    reinterpret_cast<unsigned char*>(label.data()), black);
  }

  void draw_line(const plot_line& line, int colour) {
    gdImageSetThickness(image(), 2);
    std::optional<spot> before;
    for (size_t i = 0; i < std::min(line.x.size(), line.y.size()); ++i) {
      auto y = height_of(line.y[i]);
      if (!y || !std::isfinite(line.x[i])) {
        before.reset();
        continue;
      }
      auto here = place(line.x[i], *y);
      if (before)
        gdImageLine(image(), before->x, before->y, here.x, here.y, colour);
      if (line.marks == plot_line::points::dots)
        gdImageFilledEllipse(image(), here.x, here.y, 7, 7, colour);
      before = here;
    }
    gdImageSetThickness(image(), 1);
  }

  void draw_legend(const std::string& name, int row, int colour) {
    auto x =
        plot_.width - right - 14 - static_cast<int>(name.size()) * large()->w;
    auto y = top + 10 + row * 20;
    gdImageFilledRectangle(image(), x - 34, y + 6, x - 8, y + 9, colour);
    write(large(), name, x, y);
  }

  std::string png() {
    int size = 0;
    std::unique_ptr<void, decltype(&gdFree)> bytes{
        gdImagePngPtr(image(), &size), gdFree};
    return {static_cast<const char*>(bytes.get()), static_cast<size_t>(size)};
  }

private:
  gdImage* image() {
    return image_.get();
  }

  static gdFont* small() {
    return gdFontGetSmall();
  }

  static gdFont* large() {
    return gdFontGetLarge();
  }

  /// Returns what is drawn for a value, nothing if it cannot be.
  std::optional<double> height_of(double y) const {
    if (plot_.y_scale == line_plot::scale::logarithmic)
      y = y > 0 ? std::log10(y) : std::numeric_limits<double>::quiet_NaN();
    return std::isfinite(y) ? std::optional{y} : std::nullopt;
  }

  int inner_width() const {
    return plot_.width - left - right;
  }

  int inner_height() const {
    return plot_.height - top - bottom;
  }

  void even_out() {
    auto unit =
        std::max(x_.length() / inner_width(), y_.length() / inner_height());
    for (auto [axis, pixels] :
         {std::pair{&x_, inner_width()}, std::pair{&y_, inner_height()}}) {
      auto room = (unit * pixels - axis->length()) / 2;
      axis->low -= room;
      axis->high += room;
    }
  }

  spot place(double x, double y) const {
    return {left
                + static_cast<int>(
                    std::lround((x - x_.low) / x_.length() * inner_width())),
            plot_.height - bottom
                - static_cast<int>(
                    std::lround((y - y_.low) / y_.length() * inner_height()))};
  }

  void write(gdFont* font, std::string text, int x, int y) {
    gdImageString(image(), font, x, y,
                  reinterpret_cast<unsigned char*>(text.data()), black);
  }

  void text_centred(const std::string& text, int x, int y) {
    write(small(), text, x - static_cast<int>(text.size()) * small()->w / 2, y);
  }

  void text_right(const std::string& text, int x, int y) {
    write(small(), text, x - static_cast<int>(text.size()) * small()->w, y);
  }

  const line_plot& plot_;
  std::unique_ptr<gdImage, decltype(&gdImageDestroy)> image_;
  range x_;
  range y_;
};

} // namespace

std::vector<double> ticks(double low, double high, size_t count) {
  auto raw = (high - low) / static_cast<double>(count);
  auto power = std::pow(10.0, std::floor(std::log10(raw)));
  auto step = power * 10;
  for (auto factor : {5.0, 2.0, 1.0})
    if (power * factor >= raw)
      step = power * factor;
  std::vector<double> result;
  // Counted, so that rounding does not add up; -0 would show its sign.
  for (auto i = std::ceil(low / step); i * step <= high; i += 1)
    result.push_back(i * step + 0.0);
  return result;
}

std::string to_png(const line_plot& x) {
  canvas page{x};
  page.draw_axes();
  int row = 0;
  for (size_t i = 0; i < x.lines.size(); ++i) {
    auto colour = palette[i % std::size(palette)];
    page.draw_line(x.lines[i], colour);
    if (!x.lines[i].name.empty())
      page.draw_legend(x.lines[i].name, row++, colour);
  }
  return page.png();
}

} // namespace app
