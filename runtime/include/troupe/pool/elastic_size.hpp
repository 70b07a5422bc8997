// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>

#include "caf/timespan.hpp"

#include "troupe/location/starter.hpp"

namespace troupe {

/// Between which bounds the number of a pool's workers follows the load.
struct elastic_size {
  /// Starts each worker that is added.
  starter worker = {};

  /// Workers that are always there, those of `pool_options::workers` included.
  size_t least = 1;

  /// Workers that there are at most, `least` to 4096.
  size_t most = 1;

  /// A worker is added, one at a time, when a task has waited that long. Less
  /// answers sooner to a burst, and starts workers that are of use for a moment
  /// only.
  caf::timespan max_wait = std::chrono::milliseconds{100};

  /// A worker that had nothing to do for that long is given back.
  caf::timespan max_idle = std::chrono::seconds{30};
};

} // namespace troupe
