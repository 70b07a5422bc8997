// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/atom.hpp"
#include "caf/behavior.hpp"
#include "caf/response_promise.hpp"
#include "caf/stateful_actor.hpp"
#include "caf/timespan.hpp"

#include "job_table.hpp"
#include "runner.hpp"

namespace server_app {

using await_atom = caf::atom_constant<caf::atom("await")>;
using cancel_atom = caf::atom_constant<caf::atom("cancel")>;
using count_jobs_atom = caf::atom_constant<caf::atom("count_jobs")>;
using drained_atom = caf::atom_constant<caf::atom("drained")>;
using forget_atom = caf::atom_constant<caf::atom("forget")>;
using give_up_atom = caf::atom_constant<caf::atom("give_up")>;
using view_atom = caf::atom_constant<caf::atom("view")>;

/// The id of a job, or why there is none.
struct submit_reply {
  std::variant<std::string, web::problem> what;
};

/// A job, if there is one.
struct job_reply {
  std::optional<job> what;
};

/// Jobs by state.
struct job_counts {
  std::map<job_state, size_t> by_state;
};

struct desk_options {
  caf::actor pool;
  job_limits limits = {};
};

struct desk_state {
  struct waiter {
    std::string id;
    uint64_t seen;
    job_table::time_point until;
    caf::response_promise promise;
  };

  desk_options options;
  std::optional<job_table> jobs;
  /// Of jobs that have not been started.
  std::map<std::string, std::shared_ptr<run_order>> orders;
  std::map<std::string, caf::actor> runners;
  std::vector<waiter> waiters;
  std::vector<caf::response_promise> drained;
  bool ticking = false;

  static inline const char* name = "server.desk";
};

/// Takes orders, has them done, and tells what became of them.
///
/// | accepts                        | replies                                |
/// |--------------------------------|----------------------------------------|
/// | `order`                        | `submit_reply`                         |
/// | `(view_atom, id)`              | `job_reply`                            |
/// | `(await_atom, id, version,     | `job_reply` once the job has a later   |
/// | timespan)`                     | version, or after that time as it is;  |
/// |                                | at once if it has ended. Progress      |
/// |                                | is told 20 times a second at most      |
/// | `(cancel_atom, id)`            | `job_reply` with what is left of it    |
/// | `(forget_atom, id)`            | nothing; drops a job that has ended    |
/// | `(count_jobs_atom)`            | `job_counts`                           |
/// | `(drained_atom)`               | unit, once no job is left; takes no    |
/// |                                | more of them                           |
/// | `(give_up_atom)`               | nothing; cancels all jobs              |
///
/// All messages are for this process alone.
caf::behavior desk(caf::stateful_actor<desk_state>* self, desk_options options);

} // namespace server_app

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(server_app::job_counts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(server_app::job_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(server_app::order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(server_app::submit_reply)
