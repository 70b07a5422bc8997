// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

#include "caf/meta/type_name.hpp"

#include "troupe/base/type_ids.hpp"

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
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pool_stats& x) {
  return f(caf::meta::type_name("troupe::pool_stats"), x.workers, x.queued,
           x.outstanding, x.accepted, x.completed, x.refused, x.retried,
           x.failed, x.restarts);
}

} // namespace troupe
