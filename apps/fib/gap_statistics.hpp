// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "caf/timespan.hpp"

namespace fib_app {

/// Distribution of the times between two ticks, in constant memory.
///
/// A histogram with 256 buckets per power of two, so that a quantile is at most
/// 0.4 % too high; the largest gap is exact.
class gap_statistics {
public:
  /// Books one gap; a negative one counts as zero.
  void record(caf::timespan gap);

  /// Returns the smallest bucket's upper bound, but never more than the largest
  /// gap, that `share` of all gaps do not exceed; zero before the first gap.
  /// @pre `0 < share && share <= 1`
  caf::timespan quantile(double share) const;

  caf::timespan max() const noexcept {
    return max_;
  }

  uint64_t count() const noexcept {
    return count_;
  }

private:
  static size_t bucket_of(uint64_t ns);

  static uint64_t upper_bound_of(size_t bucket);

  /// Logarithm of the number of buckets per power of two.
  static constexpr int octave_bits = 8;

  std::array<uint64_t, size_t{64} << octave_bits> buckets_ = {};
  uint64_t count_ = 0;
  caf::timespan max_{0};
};

} // namespace fib_app
