// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/atom.hpp"
#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "process/process_end.hpp"
#include "process/worker_page.hpp"
#include "troupe/process/process_output.hpp"

// What the actors of this process that have to do with worker processes tell
// each other.

namespace troupe {

/// Under which a system knows the actor that has the worker processes.
constexpr auto process_host_name = caf::atom("processes");

/// Name of the service by which a worker process tells its `worker_seat`.
constexpr auto seat_service = "seat";

/// The only argument of a worker process.
constexpr auto worker_argument = "--troupe-worker";

// -- from a stand-in to the host ----------------------------------------------

/// Wants a worker process; gets `worker_given` or `claim_refused`.
struct worker_claim {
  caf::actor who;
  std::optional<std::string> program;
  std::string child;
  uint64_t generation;
};

/// Wants a signal sent to its worker process.
struct worker_signal {
  uint64_t worker;
  int number;
};

// -- from the host to a stand-in ----------------------------------------------

struct worker_given {
  uint64_t worker;
  int64_t pid;
  std::shared_ptr<shared_page> page;

  /// The `worker_seat` there.
  caf::strong_actor_ptr seat;
};

struct claim_refused {
  caf::error why;
};

/// The last that is heard of the worker process.
struct worker_ended {
  process_end how;
};

// -- to the host, from observers ----------------------------------------------

/// Asks which worker processes there are; the reply is a `worker_list`.
struct list_workers {};

struct worker_list {
  struct entry {
    int64_t pid;

    /// Of whom it was given to; empty and 0 while it is kept ready.
    std::string child;
    uint64_t generation;
    caf::actor_id stand_in;
  };

  std::vector<entry> workers;
};

// -- to the host, from whoever made it ----------------------------------------

/// Workers can join from now on.
struct host_open {};

// -- to the host, from threads ------------------------------------------------

struct process_started {
  uint64_t worker;
  int64_t pid;
};

struct process_failed {
  uint64_t worker;
  caf::error why;
};

struct process_wrote {
  uint64_t worker;
  process_output::stream from;
  std::string line;
};

struct process_ended {
  uint64_t worker;
  process_end how;
};

struct worker_joined {
  /// What the worker calls itself.
  std::string name;
  caf::strong_actor_ptr seat;
};

// -- to itself ----------------------------------------------------------------

/// The message in work is to be given up if it takes so long.
struct cancel_wanted {
  caf::timespan at_least;
};

/// Time to call `tick`.
struct crew_due {};
struct stop_due {};

/// The link was lost a while ago.
struct seat_lost {};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_claim)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_signal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_given)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::claim_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::list_workers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::host_open)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::process_started)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::process_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::process_wrote)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::process_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::worker_joined)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::cancel_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::crew_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::stop_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::seat_lost)
