// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/node_id.hpp"
#include "caf/timespan.hpp"

namespace fib_app {

/// One task as a worker answered it.
struct task_result {
  /// Position in the task list.
  uint32_t task = 0;

  uint64_t value = 0;

  /// Time in the worker.
  caf::timespan elapsed{0};

  /// Position of the worker in the order in which workers first answered.
  uint32_t worker = 0;
};

/// One task that was answered with an error.
struct task_failure {
  uint32_t task = 0;
  std::string reason;
};

/// What the feeder tells the calling thread since the last time.
struct result_batch {
  /// Homes of the workers that answered for the first time.
  std::vector<caf::node_id> new_workers;

  std::vector<task_result> results;
  std::vector<task_failure> failures;
};

/// Tells the feeder how many answers of its batches have been handled.
struct batch_handled {
  size_t answers = 0;
};

/// The feeder cannot go on; it sends nothing after that.
struct feeding_failed {
  std::string reason;
};

} // namespace fib_app

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(fib_app::result_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(fib_app::batch_handled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(fib_app::feeding_failed)
