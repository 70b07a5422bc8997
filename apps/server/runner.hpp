// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/stateful_actor.hpp"

#include "computation.hpp"
#include "job_table.hpp"

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
  std::unique_ptr<computation> work;
  caf::actor pool;

  /// Tasks that are in the pool at the same time. The rest waits here, so that
  /// other jobs get their turn.
  size_t window = 4;
};

struct runner_state {
  std::shared_ptr<run_order> order;
  size_t sent = 0;
  size_t done = 0;
  size_t told = 0;

  static inline const char* name = "server.runner";
};

/// Does the tasks of a job and sends `job_progress`, a hundred times at most,
/// and then one `job_finished` to `desk`. The first task that fails ends it. To
/// cancel it, have it exit; tasks that are in the pool then are done in vain.
caf::behavior runner(caf::stateful_actor<runner_state>* self,
                     std::shared_ptr<run_order> order, caf::actor desk);

/// Returns what clients are told when a task fails.
web::problem to_problem(const caf::error& reason, const std::string& task);

} // namespace server_app

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(server_app::job_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(server_app::job_progress)
