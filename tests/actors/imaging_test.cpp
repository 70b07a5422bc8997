// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/imaging.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "caf/event_based_actor.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "support/deterministic.hpp"

namespace troupe {

namespace {

using samples = std::vector<uint16_t>;

struct image {
  image_task task;
  samples source;
};

std::ostream& operator<<(std::ostream& out, const image& x) {
  return out << to_string(x.task.filter) << " of " << x.task.width << " x "
             << x.task.height << " to " << x.task.out_width << " x "
             << x.task.out_height << ", " << x.task.channels << " channels of "
             << x.task.max_sample;
}

image make_image(image_task task) {
  if (task.out_width == 0) {
    task.out_width = task.width;
    task.out_height = task.height;
  }
  std::minstd_rand random{42};
  samples source(task.width * task.height * task.channels);
  for (auto& x : source)
    x = static_cast<uint16_t>(random() % (task.max_sample + 1));
  return {task, std::move(source)};
}

std::vector<image> images() {
  std::vector<image> result;
  for (auto filter :
       {image_filter::blur, image_filter::sobel, image_filter::resize})
    for (uint64_t channels : {1, 2, 3, 4})
      for (uint64_t max : {255, 65'535}) {
        image_task task{.filter = filter,
                        .width = 23,
                        .height = 17,
                        .channels = channels,
                        .max_sample = max,
                        .sigma = 1.5};
        if (filter == image_filter::resize) {
          task.out_width = channels % 2 == 0 ? 41 : 9;
          task.out_height = max == 255 ? 5 : 40;
        }
        result.push_back(make_image(task));
      }
  for (auto [width, height] : {std::pair{1, 1}, {1, 50}, {50, 1}, {3, 4}})
    for (auto filter : {image_filter::blur, image_filter::sobel})
      result.push_back(make_image({.filter = filter,
                                   .width = static_cast<uint64_t>(width),
                                   .height = static_cast<uint64_t>(height),
                                   .sigma = 4}));
  result.push_back(make_image({.filter = image_filter::resize,
                               .width = 1,
                               .height = 1,
                               .out_width = 7,
                               .out_height = 3}));
  return result;
}

samples filter_whole(const image& x) {
  samples result(x.task.out_width * x.task.out_height * x.task.channels);
  filter_rows(x.task, x.source, {0, x.task.height}, {0, x.task.out_height},
              result);
  return result;
}

// -- the definitions, pixel by pixel ------------------------------------------

double bell(double x, double sigma) {
  // Beyond three deviations nothing is added.
  return std::abs(x) <= std::ceil(3 * sigma)
             ? std::exp(-x * x / (2 * sigma * sigma))
             : 0;
}

double lanczos(double x) {
  if (x == 0)
    return 1;
  auto angle = std::numbers::pi * x;
  return std::abs(x) < 3
             ? 3 * std::sin(angle) * std::sin(angle / 3) / (angle * angle)
             : 0;
}

/// What makes a pixel of the result out of those of the source, in one
/// direction.
struct direction {
  const image_task& task;
  uint64_t size;
  uint64_t out_size;

  double ratio() const {
    return static_cast<double>(size) / static_cast<double>(out_size);
  }

  double centre(int64_t to) const {
    return task.filter == image_filter::blur
               ? static_cast<double>(to)
               : (static_cast<double>(to) + 0.5) * ratio() - 0.5;
  }

  double weight(int64_t from, int64_t to) const {
    auto x = static_cast<double>(from) - centre(to);
    return task.filter == image_filter::blur
               ? bell(x, task.sigma)
               : lanczos(x / std::max(ratio(), 1.0));
  }

  /// Calls `f` with all pixels of the source that may count, and more.
  template <class F>
  void for_each(int64_t to, F f) const {
    auto reach = task.filter == image_filter::blur ? std::ceil(3 * task.sigma)
                                                   : 3 * std::max(ratio(), 1.0);
    auto last = static_cast<int64_t>(centre(to) + reach) + 1;
    for (auto i = static_cast<int64_t>(centre(to) - reach) - 1; i <= last; ++i)
      if (auto w = weight(i, to); w != 0)
        f(i, w);
  }
};

struct reference {
  const image& of;

  double at(int64_t x, int64_t y, uint64_t channel) const {
    auto& t = of.task;
    x = std::clamp<int64_t>(x, 0, static_cast<int64_t>(t.width) - 1);
    y = std::clamp<int64_t>(y, 0, static_cast<int64_t>(t.height) - 1);
    auto pixel = static_cast<uint64_t>(y) * t.width + static_cast<uint64_t>(x);
    return of.source[pixel * t.channels + channel];
  }

  double opacity(int64_t x, int64_t y) const {
    auto& t = of.task;
    return t.channels % 2 == 0
               ? at(x, y, t.channels - 1) / static_cast<double>(t.max_sample)
               : 1;
  }

  double mixed(int64_t x, int64_t y, uint64_t channel) const {
    auto& t = of.task;
    auto is_opacity = t.channels % 2 == 0 && channel == t.channels - 1;
    double sum = 0;
    double weights = 0;
    double seen = 0;
    direction across{t, t.height, t.out_height};
    direction along{t, t.width, t.out_width};
    across.for_each(y, [&](int64_t j, double wy) {
      along.for_each(x, [&](int64_t i, double wx) {
        auto w = wx * wy;
        weights += w;
        seen += w * opacity(i, j);
        sum += w * at(i, j, channel) * (is_opacity ? 1 : opacity(i, j));
      });
    });
    if (is_opacity)
      return sum / weights;
    // What is transparent by rounding has no colour to speak of.
    return seen / weights > 0 ? sum / seen : 0;
  }

  double gradient(int64_t x, int64_t y, uint64_t c) const {
    if (of.task.channels % 2 == 0 && c == of.task.channels - 1)
      return at(x, y, c);
    double dx = 0;
    double dy = 0;
    for (auto k : {-1, 0, 1}) {
      auto w = k == 0 ? 2 : 1;
      dx += w * (at(x + 1, y + k, c) - at(x - 1, y + k, c));
      dy += w * (at(x + k, y + 1, c) - at(x + k, y - 1, c));
    }
    return std::hypot(dx, dy);
  }

  double operator()(int64_t x, int64_t y, uint64_t channel) const {
    auto value = of.task.filter == image_filter::sobel ? gradient(x, y, channel)
                                                       : mixed(x, y, channel);
    return std::clamp(value, 0.0, static_cast<double>(of.task.max_sample));
  }
};

} // namespace

TEST(Imaging, FiltersFollowTheirDefinition) {
  for (auto& x : images()) {
    SCOPED_TRACE(testing::PrintToString(x));
    auto found = filter_whole(x);
    reference expected{x};
    auto& t = x.task;
    auto full = static_cast<double>(t.max_sample);
    for (uint64_t row = 0; row < t.out_height; ++row)
      for (uint64_t column = 0; column < t.out_width; ++column) {
        auto pixel = (row * t.out_width + column) * t.channels;
        auto clear = t.channels % 2 == 0 && found[pixel + t.channels - 1] == 0;
        // Single precision, which counts for more where little is opaque, and a
        // rounding.
        auto opacity =
            t.channels % 2 == 0 ? found[pixel + t.channels - 1] / full : 1;
        auto close = 0.51 + full * 2e-5 / opacity;
        for (uint64_t c = 0; c < t.channels && !clear; ++c)
          ASSERT_NEAR(found[pixel + c],
                      expected(static_cast<int64_t>(column),
                               static_cast<int64_t>(row), c),
                      close)
              << column << ", " << row << ", " << c;
      }
  }
}

TEST(Imaging, TilesAreEqualToTheWhole) {
  for (auto& x : images()) {
    SCOPED_TRACE(testing::PrintToString(x));
    auto whole = filter_whole(x);
    auto row = x.task.out_width * x.task.channels;
    auto source_row = x.task.width * x.task.channels;
    for (uint64_t rows : {1, 2, 7}) {
      for (uint64_t first = 0; first < x.task.out_height; first += rows) {
        row_range out{first, std::min(rows, x.task.out_height - first)};
        auto at = source_rows(x.task, out);
        samples halo(
            x.source.begin() + static_cast<ptrdiff_t>(at.first * source_row),
            x.source.begin()
                + static_cast<ptrdiff_t>((at.first + at.count) * source_row));
        samples tile(out.count * row);
        filter_rows(x.task, halo, at, out, tile);
        ASSERT_TRUE(
            std::equal(tile.begin(), tile.end(),
                       whole.begin() + static_cast<ptrdiff_t>(first * row)))
            << first;
      }
    }
  }
}

TEST(Imaging, AnEvenImageStaysAsItIs) {
  for (auto filter : {image_filter::blur, image_filter::resize}) {
    auto x = make_image({.filter = filter, .width = 20, .height = 10});
    x.task.out_width = filter == image_filter::resize ? 33 : 20;
    std::fill(x.source.begin(), x.source.end(), 200);
    auto found = filter_whole(x);
    EXPECT_EQ(found, samples(found.size(), 200));
  }
}

TEST(Imaging, AHaloReachesAsFarAsTheFilterLooks) {
  image_task blur{.width = 10,
                  .height = 100,
                  .out_width = 10,
                  .out_height = 100,
                  .sigma = 2};
  EXPECT_EQ(source_rows(blur, {50, 10}), (row_range{44, 22}));
  EXPECT_EQ(source_rows(blur, {0, 10}), (row_range{0, 16}));
  EXPECT_EQ(source_rows(blur, {95, 5}), (row_range{89, 11}));
  blur.filter = image_filter::sobel;
  EXPECT_EQ(source_rows(blur, {50, 10}), (row_range{49, 12}));
}

TEST(Imaging, EachWrongFieldIsNamed) {
  image_task right{.width = 2, .height = 2, .out_width = 2, .out_height = 2};
  EXPECT_FALSE(problem_of(right));
  auto wrong = [&](auto change) {
    auto x = right;
    change(x);
    return problem_of(x).value_or("nothing");
  };
  EXPECT_EQ(wrong([](auto& x) { x.filter = static_cast<image_filter>(9); }),
            "filter is unknown, must be blur, sobel or resize");
  EXPECT_EQ(wrong([](auto& x) { x.width = 0; }),
            "width is 0, must be 1 to 1000000");
  EXPECT_EQ(wrong([](auto& x) { x.out_height = 3; }),
            "out_width and out_height differ from width and height, must not "
            "unless the filter is resize");
  EXPECT_EQ(wrong([](auto& x) { x.channels = 5; }),
            "channels is 5, must be 1 to 4");
  EXPECT_EQ(wrong([](auto& x) { x.max_sample = 3; }),
            "max_sample is 3, must be 255 or 65535");
  EXPECT_EQ(wrong([](auto& x) { x.sigma = 0; }),
            "sigma is 0.000000, must be more than 0 and at most 1000");
}

namespace {

struct ImageWorker : test::deterministic {
  using buffer = owned_buffer<uint16_t>;

  ImageWorker()
      : deterministic([](config& cfg) {
          cfg.add_message_type<image_task>("image_task");
          cfg.add_message_type<row_range>("row_range");
        }) {
    // nop
  }

  caf::expected<buffer> filter(const image_task& task, row_range at,
                               row_range out, buffer result) {
    auto part = source.slice(at.first * task.width, at.count * task.width);
    return ask<buffer>(worker, task, part, at, out, std::move(result));
  }

  image x = make_image({.width = 20, .height = 10});
  frozen_buffer<uint16_t> source =
      std::move(*copy_to_buffer<uint16_t>(sys, x.source)).freeze();
  caf::actor worker = troupe::spawn(sys, image_worker);
};

} // namespace

TEST_F(ImageWorker, FillsTheBufferThatItIsGivenOrMakesOne) {
  auto whole = filter_whole(x);
  auto out = std::move(*make_buffer<uint16_t>(sys, 4 * 20));
  auto address = out.data();
  row_range rows{3, 4};
  for (auto given : {true, false}) {
    auto result = filter(x.task, source_rows(x.task, rows), rows,
                         given ? std::move(out) : buffer{});
    ASSERT_TRUE(result) << describe(result.error());
    if (given) {
      EXPECT_EQ(result->data(), address);
    }
    EXPECT_TRUE(std::equal(result->span().begin(), result->span().end(),
                           whole.begin() + 60));
  }
}

TEST_F(ImageWorker, RefusesWhatMakesNoSense) {
  auto reason = [&](row_range at, row_range out) {
    auto result = filter(x.task, at, out, buffer{});
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error(), caf::sec::invalid_argument);
    return describe(result.error());
  };
  EXPECT_EQ(reason({0, 10}, {10, 1}), "out is not within the result");
  EXPECT_EQ(reason({0, 10}, {0, ~uint64_t{0}}), "out is not within the result");
  EXPECT_EQ(reason({5, 5}, {5, 5}),
            "at does not have the rows that are needed");
  x.task.channels = 2;
  EXPECT_EQ(reason({0, 10}, {5, 5}), "source has 200 samples, must be 400");
}

} // namespace troupe
