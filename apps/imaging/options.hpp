// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "troupe/actors/imaging.hpp"

#include "common/command_line.hpp"
#include "common/crew_options.hpp"
#include "common/exit_code.hpp"
#include "common/png_image.hpp"

namespace imaging {

using app::early_exit;
using app::exit_code;

/// A size in pixels.
struct pixels {
  uint64_t width = 0;
  uint64_t height = 0;
};

/// Reads a size such as `1920x1080`.
std::optional<pixels> parse_pixels(const std::string& text);

/// What the command line asks for.
struct options : app::crew_options {
  troupe::image_filter filter = troupe::image_filter::blur;

  /// The image; one is made without.
  std::optional<std::string> input;

  /// Of the image that is made.
  pixels test_size{3'000, 2'000};

  std::optional<std::string> output;
  double sigma = 4;
  std::optional<pixels> size;

  /// Rows of a tile, chosen by the number of workers without.
  std::optional<uint64_t> tile;

  bool skip_sequential = false;
  bool json = false;
};

/// Reads the command line.
/// @param cores default for `--workers`
std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores);

/// Returns what is to be done with an image.
troupe::image_task task_for(const options& opts, const app::png_shape& image);

} // namespace imaging
