// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "caf/timespan.hpp"

namespace troupe {

/// How often something took how long, in buckets of which each reaches four
/// times as far as the one before: up to 1.024 us, 4.096 us, ... 17.2 s, and
/// longer.
struct run_time_histogram {
  static constexpr size_t size = 14;

  /// Not cumulative. Wraps around at 2^32.
  std::array<uint32_t, size> counts = {};

  /// Returns where a duration is counted.
  static constexpr size_t bucket_of(uint64_t ns) noexcept {
    auto n = static_cast<size_t>(std::bit_width(ns >> 10) + 1) / 2;
    return n < size ? n : size - 1;
  }

  /// Returns the end of a bucket, which belongs to the next one; nothing of the
  /// last bucket.
  static constexpr std::optional<caf::timespan> end_of(size_t bucket) noexcept {
    if (bucket + 1 >= size)
      return std::nullopt;
    return caf::timespan{int64_t{1} << (10 + 2 * bucket)};
  }

  friend bool operator==(const run_time_histogram&,
                         const run_time_histogram&) = default;
};

/// Returns the counts without the empty buckets at the end.
inline std::vector<uint32_t> occupied(const run_time_histogram& x) {
  auto n = x.size;
  while (n > 0 && x.counts[n - 1] == 0)
    --n;
  return {x.counts.begin(), x.counts.begin() + static_cast<ptrdiff_t>(n)};
}

} // namespace troupe
