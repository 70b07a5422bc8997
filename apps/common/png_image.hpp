// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "caf/expected.hpp"

namespace app {

/// What an image consists of; its samples lie row by row, those of a pixel side
/// by side.
struct png_shape {
  uint64_t width = 0;
  uint64_t height = 0;

  /// 1 grey, 2 grey and opacity, 3 colours, 4 colours and opacity.
  uint64_t channels = 1;

  /// 255 or 65535.
  uint64_t max_sample = 255;

  size_t samples() const {
    return width * height * channels;
  }

  friend bool operator==(const png_shape&, const png_shape&) = default;
};

/// Returns room for the samples of an image.
using sample_room =
    std::function<caf::expected<std::span<uint16_t>>(const png_shape&)>;

/// Reads a PNG file of any colour type: palettes become colours, few bits
/// eight, and a transparent colour opacity.
/// @returns `errc::bad_input` with one line for people if it is none or has
///          more than `max_pixels`; or what `room` returns.
caf::expected<png_shape> decode_png(std::string_view bytes, uint64_t max_pixels,
                                    const sample_room& room);

/// Returns a PNG file.
/// @pre The shape is allowed and `samples` has its size.
std::string encode_png(const png_shape& shape,
                       std::span<const uint16_t> samples);

} // namespace app
