// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace troupe {

/// What one sample of a line is made of: some neighbours in the source, and how
/// much each of them counts.
struct tap_range {
  /// May lie before the line's beginning, which is then continued.
  int64_t first = 0;
  size_t count = 0;

  /// Where its weights are in `filter_taps`.
  size_t weights = 0;
};

/// A filter along one axis.
struct filter_taps {
  /// One for each sample of the result.
  std::vector<tap_range> ranges;

  /// Those of one sample add up to 1.
  std::vector<float> weights;
};

/// Returns the taps of a Gaussian blur of a line with `size` samples.
filter_taps blur_taps(double sigma, uint64_t size);

/// Returns how far the blur looks.
uint64_t blur_radius(double sigma);

/// Returns the taps that make a line of `to` samples out of `from`.
filter_taps resize_taps(uint64_t from, uint64_t to);

} // namespace troupe
