// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

// Filters for images, tile by tile. A tile is a band of whole rows of the
// result. It needs rows of the source beyond its own, its halo; with them each
// pixel comes out the same, however the image is cut.

namespace troupe {

enum class image_filter : uint8_t {
  /// Gaussian blur; the border is continued outwards.
  blur = 1,
  /// Length of the gradient by Sobel's operator; the border is continued.
  sobel,
  /// Another size, by a Lanczos kernel of three lobes.
  resize,
};

/// @relates image_filter
std::string to_string(image_filter x);

/// What is to become of an image whose samples are interleaved row by row.
struct image_task {
  image_filter filter = image_filter::blur;

  /// Of the source.
  uint64_t width = 0;
  uint64_t height = 0;

  /// Of the result; the source's but for `resize`.
  uint64_t out_width = 0;
  uint64_t out_height = 0;

  /// Samples per pixel, 1 to 4. With 2 and 4 the last is the opacity: it
  /// weights the others where pixels are mixed, and Sobel leaves it as it is.
  uint64_t channels = 1;

  /// Largest sample, 255 or 65535.
  uint64_t max_sample = 255;

  /// Standard deviation of the blur in pixels, up to 1000.
  double sigma = 1;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, image_task& x) {
  return f(x.filter, x.width, x.height, x.out_width, x.out_height, x.channels,
           x.max_sample, x.sigma);
}

/// Some rows.
struct row_range {
  uint64_t first = 0;
  uint64_t count = 0;

  friend bool operator==(const row_range&, const row_range&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, row_range& x) {
  return f(x.first, x.count);
}

/// Returns what is wrong with `x` in one line that names field and value, if
/// anything is.
std::optional<std::string> problem_of(const image_task& x);

/// Returns which rows of the source are needed for those of the result.
/// @pre `out.count > 0`, and the rows are in the result.
row_range source_rows(const image_task& x, row_range out);

/// Computes some rows of the result.
/// @param source The rows that `source_rows` names, or more.
/// @param at Which rows these are.
/// @param result Gets the rows `out`.
/// @pre `problem_of(x)` finds nothing, the sizes are right.
void filter_rows(const image_task& x, std::span<const uint16_t> source,
                 row_range at, row_range out, std::span<uint16_t> result);

/// Filters tiles for others.
///
/// | accepts                              | replies                          |
/// |--------------------------------------|----------------------------------|
/// | `image_task`,                        | `owned_buffer<uint16_t>`, what   |
/// | `frozen_buffer<uint16_t>` source,    | `filter_rows` gives, in `result` |
/// | `row_range` at, `row_range` out,     | or, if that has another size, in |
/// | `owned_buffer<uint16_t>` result      | new memory; or                   |
/// |                                      | `sec::invalid_argument`          |
caf::behavior image_worker(caf::event_based_actor* self);

} // namespace troupe
