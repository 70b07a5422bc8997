// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "troupe/pool/task_options.hpp"

namespace troupe {

/// How `map` and its like send their tasks.
struct map_options {
  /// Work that one message to a worker is to hold, 10 us to 1 h. More hides the
  /// way there and back; less spreads the work more evenly and is cancelled
  /// sooner.
  caf::timespan batch_time = std::chrono::microseconds{500};

  /// Inputs that one message may hold, 1 to 16,777,216. With 1, each input is a
  /// message of its own.
  size_t max_batch = 65'536;

  /// How long all of it may take, at least 1 us; afterwards the answer is
  /// `errc::deadline_passed`, and what has not begun never does.
  std::optional<caf::timespan> time_limit = {};

  task_priority priority = task_priority::normal;

  /// Under this name, and that of any group above it, all of it is cancelled;
  /// see `task_options::group`.
  std::string group = {};

  /// Gets `(progress_atom, uint64_t done, uint64_t total)` whenever tasks are
  /// done, at most once for each message to a worker.
  caf::actor progress_to = {};

  /// Gets results as they come, as `(part_atom, uint64_t first,
  /// std::vector<R>)`: those of the inputs from `first` on. Costs a copy of
  /// each result.
  caf::actor parts_to = {};
};

/// Returns the first wrong field of `x` as `errc::bad_map_option`.
/// @relates map_options
caf::error validate(const map_options& x);

} // namespace troupe
