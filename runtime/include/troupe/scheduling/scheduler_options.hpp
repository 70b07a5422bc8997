// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "caf/fwd.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// How workers are tied to processor cores.
enum class worker_placement : uint8_t {
  /// Every worker stays on one core of those the process may use. A first wake
  /// from outside goes to the worker of the waker's core, further ones to
  /// other cores, so that parallel work never queues up behind one core.
  pinned = 1,
  /// The operating system moves workers as it likes.
  floating,
};

/// @relates worker_placement
std::string to_string(worker_placement x);

/// Options of the scheduler. Read from the configuration below the key
/// `troupe.scheduler`, field by field (`troupe.scheduler.workers` and so on).
struct scheduler_options {
  /// Number of worker threads. Default: one for each core the process may use
  /// (affinity mask and cgroup CPU quota); `scheduler.max-threads` is honoured
  /// when it is set. More workers than cores only add switches; fewer leave
  /// the remaining cores to others.
  std::optional<size_t> workers = {};

  /// Tie of workers to cores. `pinned` starts parallel work milliseconds
  /// earlier, but a worker cannot evade a core that another busy process uses:
  /// choose `floating` where several busy processes share the cores.
  worker_placement placement = worker_placement::pinned;

  /// Messages that an actor may handle before the next one runs;
  /// `scheduler.max-throughput` is honoured when it is set. More saves
  /// switches between actors, fewer makes them wait less for each other.
  size_t messages_per_turn = 256;

  /// Time after which an actor's turn ends, checked between messages. Longer
  /// saves switches, shorter makes other actors wait less. Never interrupts a
  /// message handler.
  caf::timespan time_per_turn = std::chrono::milliseconds{2};

  /// Turns that actors may hand to each other directly (the one made runnable
  /// last runs next) before the oldest waiting actor gets its turn. More keeps
  /// data in the cache, fewer is fairer.
  size_t direct_turns = 16;

  /// A busy worker looks at the queue of work from outside every so many
  /// turns, and whenever `time_per_turn` has passed. More saves a look at a
  /// shared line, fewer lets outside work start earlier on busy workers.
  size_t injection_interval = 61;

  /// How long a worker without work looks for some before it sleeps. Longer
  /// saves wake-ups between bursts and costs as much CPU after each burst; on
  /// an idle system nothing runs whatever the value.
  caf::timespan spin = std::chrono::microseconds{20};

  /// While others run, one idle worker looks this often (at most) for an actor
  /// that is stuck behind a long-running one. Shorter starts such actors
  /// earlier and wakes the idle core more often. Nobody looks while all sleep.
  caf::timespan watch_interval = std::chrono::microseconds{500};
};

/// Reads the options from `cfg`; absent keys keep their defaults.
scheduler_options read_scheduler_options(const caf::actor_system_config& cfg);

/// Writes `x` into `cfg`, for a scheduler that is loaded into it.
void write_scheduler_options(caf::actor_system_config& cfg,
                             const scheduler_options& x);

} // namespace troupe
