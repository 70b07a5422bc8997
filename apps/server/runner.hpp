// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/stateful_actor.hpp"

#include "troupe/scheduling/trace.hpp"

#include "compute_task.hpp"
#include "job_table.hpp"
#include "order.hpp"

namespace server_app {

/// So many tasks of a job are done.
struct job_progress {
  std::string id;
  size_t done;
};

/// The work of a job has ended.
struct job_finished {
  std::string id;
  job_outcome outcome;
};

/// What a job is run by.
struct run_order {
  std::string id;
  order what;
  std::vector<compute_task> tasks;
  caf::actor pool;

  /// When it has failed.
  std::chrono::steady_clock::time_point deadline;

  /// The request that it is for.
  std::optional<troupe::trace_context> trace = {};
};

struct runner_state {
  std::shared_ptr<run_order> order;
  size_t told = 0;

  static inline const char* name = "server.runner";
};

/// Does the tasks of a job and sends `job_progress`, a hundred times at most,
/// and then one `job_finished` to `desk`. The first task that fails ends it. To
/// cancel it, have it exit; workers give up what they have of it, and a worker
/// process that does not is replaced. No task begins after the deadline.
caf::behavior runner(caf::stateful_actor<runner_state>* self,
                     std::shared_ptr<run_order> order, caf::actor desk);

/// Returns what clients are told when a job fails.
web::problem to_problem(const caf::error& reason);

} // namespace server_app

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(server_app::job_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(server_app::job_progress)
