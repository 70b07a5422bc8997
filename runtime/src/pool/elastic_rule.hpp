// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "caf/timespan.hpp"

#include "troupe/pool/elastic_size.hpp"

namespace troupe {

/// What the size of a pool depends on.
struct pool_load {
  /// Workers that serve or are being started.
  size_t workers = 0;

  /// Those of them that are being started.
  size_t starting = 0;

  /// How long the task waits that has waited longest.
  std::optional<caf::timespan> longest_wait = {};

  /// For how long that worker has had nothing to do that has been idle longest.
  std::optional<caf::timespan> longest_idle = {};
};

enum class resize : uint8_t { stay = 1, grow, shrink };

/// Decides whether a pool gets one more worker or gives one back. A pool that
/// waits for a new worker does not ask for another.
inline resize resize_of(const elastic_size& bounds, const pool_load& x) {
  if (x.workers < bounds.least)
    return resize::grow;
  if (x.longest_wait && *x.longest_wait >= bounds.max_wait
      && x.workers < bounds.most && x.starting == 0)
    return resize::grow;
  if (!x.longest_wait && x.longest_idle && *x.longest_idle >= bounds.max_idle
      && x.workers > bounds.least)
    return resize::shrink;
  return resize::stay;
}

} // namespace troupe
