// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "caf/meta/type_name.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/pool/duration_histogram.hpp"

namespace troupe {

/// What a pool has done and holds. Each accepted task is counted in exactly one
/// of `queued`, `outstanding`, `completed` and `failed`.
struct pool_stats {
  /// Workers that are up.
  size_t workers = 0;

  /// Tasks that wait for a worker.
  size_t queued = 0;

  /// Tasks that a worker holds.
  size_t outstanding = 0;

  uint64_t accepted = 0;

  /// Tasks that were answered by a worker.
  uint64_t completed = 0;

  /// Tasks that were turned away: queue full, no workers, pool stopping.
  uint64_t refused = 0;

  /// Times a task went back to the queue because its worker died.
  uint64_t retried = 0;

  /// Accepted tasks that the pool answered with an error of its own.
  uint64_t failed = 0;

  /// Starts of a worker after the first one of its slot.
  uint64_t restarts = 0;

  /// Workers that were replaced because they had done their share.
  uint64_t recycled = 0;

  /// Second copies of slow tasks, and those of them that were first.
  uint64_t hedged = 0;
  uint64_t hedges_won = 0;

  /// Tasks that are set aside.
  size_t quarantined = 0;

  /// How long tasks waited for a worker, each attempt counted.
  duration_histogram wait = {};

  /// How long workers had tasks, the way there and back included.
  duration_histogram run = {};

  /// Time that workers were busy, and that they were up, all of them together.
  caf::timespan busy{0};
  caf::timespan up{0};
};

/// Returns the share of their time in which workers were busy.
/// @relates pool_stats
inline double utilisation(const pool_stats& x) {
  if (x.up <= caf::timespan{0})
    return 0;
  return std::min(1.0, static_cast<double>(x.busy.count())
                           / static_cast<double>(x.up.count()));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pool_stats& x) {
  return f(caf::meta::type_name("troupe::pool_stats"), x.workers, x.queued,
           x.outstanding, x.accepted, x.completed, x.refused, x.retried,
           x.failed, x.restarts, x.recycled, x.hedged, x.hedges_won,
           x.quarantined, x.wait, x.run, x.busy, x.up);
}

} // namespace troupe
