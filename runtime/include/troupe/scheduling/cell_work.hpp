// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <vector>

#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// What a cell has done in its life, fit for messages. All zero where it is not
/// known.
struct cell_work {
  /// Messages handled, refused because the mailbox was full, and dropped for
  /// the same reason.
  uint64_t handled = 0;
  uint64_t refused = 0;
  uint64_t dropped = 0;

  /// Time spent on messages.
  caf::timespan run_time{0};

  /// How long messages took, as in `run_time_histogram`, without the empty
  /// buckets at the end.
  std::vector<uint32_t> run_times = {};

  /// How long a sample of them had waited, likewise.
  std::vector<uint32_t> wait_times = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cell_work& x) {
  return f(caf::meta::type_name("cell_work"), x.handled, x.refused, x.dropped,
           x.run_time, x.run_times, x.wait_times);
}

struct cell_stats;

/// @relates cell_work
cell_work work_in(const cell_stats& x);

/// Returns what `x` has done so far, or did until its end. Thread-safe.
/// @relates cell_work
cell_work work_of(const caf::actor& x);

} // namespace troupe
