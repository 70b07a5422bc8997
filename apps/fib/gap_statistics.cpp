// SPDX-License-Identifier: Apache-2.0

#include "gap_statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace fib_app {

// Small values have a bucket each. From there, the position of the highest bit
// selects the octave and the bits below it the bucket.
size_t gap_statistics::bucket_of(uint64_t ns) {
  if (ns < (uint64_t{1} << octave_bits))
    return ns;
  auto octave = std::bit_width(ns) - 1 - octave_bits;
  return (static_cast<size_t>(octave) << octave_bits) + (ns >> octave);
}

uint64_t gap_statistics::upper_bound_of(size_t bucket) {
  if (bucket < (size_t{1} << octave_bits))
    return bucket;
  auto octave = (bucket >> octave_bits) - 1;
  auto mantissa = bucket - (octave << octave_bits);
  return ((mantissa + 1) << octave) - 1;
}

void gap_statistics::record(caf::timespan gap) {
  gap = std::max(gap, caf::timespan{0});
  ++buckets_[bucket_of(static_cast<uint64_t>(gap.count()))];
  ++count_;
  max_ = std::max(max_, gap);
}

caf::timespan gap_statistics::quantile(double share) const {
  auto wanted =
      static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= wanted && seen > 0)
      return std::min(caf::timespan(upper_bound_of(i)), max_);
  }
  return max_;
}

} // namespace fib_app
