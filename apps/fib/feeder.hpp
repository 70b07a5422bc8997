// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "caf/actor.hpp"
#include "caf/actor_addr.hpp"
#include "caf/actor_clock.hpp"
#include "caf/behavior.hpp"
#include "caf/stateful_actor.hpp"

#include "feed_plan.hpp"
#include "task_list.hpp"
#include "task_result.hpp"

namespace fib_app {

struct feeder_options {
  task_list tasks;

  /// Takes each n as a request and answers with value and time.
  caf::actor pool;

  /// The calling thread; gets a `result_batch` now and then.
  caf::actor receiver;

  /// Tasks on their way at once. Fewer than twice the workers would leave some
  /// without work.
  size_t window = 4'096;

  /// A run that has had no worker for so long has failed.
  caf::timespan patience = std::chrono::seconds{10};
};

struct feeder_state {
  feeder_options options;
  std::optional<feed_plan> plan;
  result_batch batch;

  /// Numbers of the workers in the order of their first answer.
  std::unordered_map<caf::actor_addr, uint32_t> workers;

  /// Since when the pool has had no worker.
  std::optional<caf::actor_clock::time_point> idle_since;

  static inline const char* name = "fib.feeder";
};

/// Sends tasks to a pool and hands the answers to the calling thread.
///
/// | accepts         | effect                                                |
/// |-----------------|-------------------------------------------------------|
/// | `batch_handled` | makes room in the window                              |
///
/// Sends its receiver a `result_batch` when it has answers and nothing else to
/// do: at once in a quiet run, many answers at a time in a busy one. Sends
/// `feeding_failed` when the pool is gone or has had no worker for too long.
/// A task that the pool refuses for now, as `queue_full` or `no_workers`, is
/// sent again after a pause.
caf::behavior feeder(caf::stateful_actor<feeder_state>* self,
                     feeder_options options);

} // namespace fib_app
