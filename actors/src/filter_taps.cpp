// SPDX-License-Identifier: Apache-2.0

#include "filter_taps.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace troupe {

namespace {

/// Beyond it a Gaussian bell is less than half a step of 8 bits.
constexpr double bell_width = 3;

constexpr double lobes = 3;

double sinc(double x) {
  auto angle = std::numbers::pi * x;
  return x == 0 ? 1 : std::sin(angle) / angle;
}

double lanczos(double x) {
  return std::abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0;
}

/// Adds weights that are scaled such that they add up to 1.
void append(filter_taps& to, int64_t first, const std::vector<double>& xs) {
  double sum = 0;
  for (auto x : xs)
    sum += x;
  to.ranges.push_back({first, xs.size(), to.weights.size()});
  for (auto x : xs)
    to.weights.push_back(static_cast<float>(x / sum));
}

} // namespace

uint64_t blur_radius(double sigma) {
  return static_cast<uint64_t>(std::ceil(bell_width * sigma));
}

filter_taps blur_taps(double sigma, uint64_t size) {
  auto radius = static_cast<int64_t>(blur_radius(sigma));
  std::vector<double> bell;
  for (auto i = -radius; i <= radius; ++i) {
    auto x = static_cast<double>(i) / sigma;
    bell.push_back(std::exp(-x * x / 2));
  }
  filter_taps result;
  append(result, -radius, bell);
  // All samples have the same weights.
  auto one = result.ranges.front();
  result.ranges.clear();
  for (uint64_t i = 0; i < size; ++i)
    result.ranges.push_back(
        {one.first + static_cast<int64_t>(i), one.count, 0});
  return result;
}

filter_taps resize_taps(uint64_t from, uint64_t to) {
  filter_taps result;
  auto ratio = static_cast<double>(from) / static_cast<double>(to);
  // The kernel is made wider to make an image smaller.
  auto stretch = std::max(ratio, 1.0);
  std::vector<double> weights;
  for (uint64_t i = 0; i < to; ++i) {
    auto centre = (static_cast<double>(i) + 0.5) * ratio - 0.5;
    auto first = static_cast<int64_t>(std::ceil(centre - lobes * stretch));
    auto last = static_cast<int64_t>(std::floor(centre + lobes * stretch));
    weights.clear();
    for (auto j = first; j <= last; ++j)
      weights.push_back(lanczos((static_cast<double>(j) - centre) / stretch));
    append(result, first, weights);
  }
  return result;
}

} // namespace troupe
