// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// How often something took how long, in buckets that double: bucket `i` counts
/// durations of less than 2^i nanoseconds that the one before does not, and the
/// last one all that are longer, above 4.5 minutes.
struct duration_histogram {
  static constexpr size_t buckets = 40;

  std::vector<uint64_t> counts = std::vector<uint64_t>(buckets);

  void add(caf::timespan x) {
    auto ns = static_cast<uint64_t>(std::max<int64_t>(x.count(), 0));
    auto i = static_cast<size_t>(std::bit_width(ns));
    ++counts[std::min(i, buckets - 1)];
  }

  uint64_t total() const {
    uint64_t result = 0;
    for (auto x : counts)
      result += x;
    return result;
  }

  /// Returns a duration that at least `share` of all do not exceed: the upper
  /// bound of a bucket, so up to twice as long as need be. Zero if there are
  /// none.
  /// @pre `share` is in 0 to 1
  caf::timespan quantile(double share) const {
    auto wanted = share * static_cast<double>(total());
    uint64_t seen = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      seen += counts[i];
      if (seen > 0 && static_cast<double>(seen) >= wanted)
        return caf::timespan{int64_t{1} << i};
    }
    return caf::timespan{0};
  }
};

/// @relates duration_histogram
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, duration_histogram& x) {
  return f(caf::meta::type_name("troupe::duration_histogram"), x.counts);
}

} // namespace troupe
