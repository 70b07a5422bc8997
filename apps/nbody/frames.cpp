// SPDX-License-Identifier: Apache-2.0

#include "frames.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "common/output_file.hpp"
#include "common/png_image.hpp"

namespace nbody {

namespace {

/// Holds nine tenths of a Plummer sphere.
constexpr double shown_radius = 2.2;

} // namespace

std::vector<uint16_t> draw(std::span<const double> places, size_t count,
                           double radius) {
  std::vector<uint32_t> hits(frame_size * frame_size);
  constexpr auto size = static_cast<double>(frame_size);
  auto pixel_of = [&](double x) { return (x / radius + 1) / 2 * size; };
  for (size_t i = 0; i < count; ++i) {
    auto x = pixel_of(places[i]);
    auto y = size - pixel_of(places[count + i]);
    if (x >= 0 && x < size && y >= 0 && y < size)
      ++hits[static_cast<size_t>(y) * frame_size + static_cast<size_t>(x)];
  }
  auto most = *std::max_element(hits.begin(), hits.end());
  auto scale = 255 / std::log1p(static_cast<double>(std::max(most, 1u)));
  std::vector<uint16_t> result;
  for (auto n : hits)
    result.push_back(static_cast<uint16_t>(
        std::lround(scale * std::log1p(static_cast<double>(n)))));
  return result;
}

caf::error frame_folder::prepare(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem)
    return troupe::make_error(
        troupe::errc::cannot_write,
        fmt::format("cannot write to {}: {}", path, problem.message()));
  return {};
}

caf::error frame_folder::add(std::span<const double> places, size_t count) {
  auto file = app::output_file::open(
      fmt::format("{}/frame-{:05}.png", path_, written_));
  if (!file)
    return std::move(file.error());
  app::png_shape shape{.width = frame_size, .height = frame_size};
  auto pixels = draw(places, count, shown_radius);
  if (auto problem = file->write(app::encode_png(shape, pixels)))
    return problem;
  ++written_;
  return {};
}

} // namespace nbody
