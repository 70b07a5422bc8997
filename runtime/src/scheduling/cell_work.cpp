// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/cell_work.hpp"

#include "caf/actor.hpp"

#include "troupe/scheduling/cell_stats.hpp"

namespace troupe {

cell_work work_in(const cell_stats& x) {
  return {.handled = x.handled,
          .refused = x.refused,
          .dropped = x.dropped,
          .run_time = caf::timespan{x.run_time},
          .run_times = occupied(x.run_times),
          .wait_times = occupied(x.wait_times)};
}

cell_work work_of(const caf::actor& x) {
  auto stats = last_stats_of(x);
  return stats ? work_in(*stats) : cell_work{};
}

} // namespace troupe
