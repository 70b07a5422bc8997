// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "caf/detail/type_list.hpp"
#include "caf/scheduler/abstract_coordinator.hpp"

#include "troupe/scheduling/scheduler_options.hpp"

namespace troupe {

/// What one worker has done so far.
struct worker_stats {
  /// Turns given to actors.
  uint64_t turns = 0;

  /// Actors taken from other workers.
  uint64_t stolen = 0;

  /// Times the worker went to sleep.
  uint64_t parks = 0;

  /// Time in which the worker had work.
  std::chrono::nanoseconds busy{0};
};

/// A work-stealing scheduler for any CAF actor.
///
/// ~~~
/// caf::actor_system_config cfg;
/// cfg.load<troupe::scheduler>();
/// ~~~
///
/// Each worker owns a bounded ring that others steal from and a slot for the
/// actor made runnable last, which idle workers take over when its owner is
/// busy for long. Work from other threads goes through one shared queue. Idle
/// workers spin shortly and then sleep; an idle system uses no CPU.
///
/// Actors made runnable by one worker run in this order, except that the last
/// one may overtake (see `scheduler_options::direct_turns`). Detached actors
/// keep their own threads.
///
/// On stop, each worker finishes the turn it is in; actors that still wait for
/// theirs exit with `exit_reason::user_shutdown`.
class scheduler : public caf::scheduler::abstract_coordinator {
public:
  explicit scheduler(caf::actor_system& sys);

  ~scheduler() override;

  scheduler(const scheduler&) = delete;
  scheduler& operator=(const scheduler&) = delete;

  /// Called by `caf::actor_system_config::load`.
  static caf::actor_system::module* make(caf::actor_system& sys,
                                         caf::detail::type_list<>);

  /// Options in use. `workers` always has a value once the system runs.
  const scheduler_options& options() const noexcept;

  /// Returns a snapshot of the workers' counters. Thread-safe.
  std::vector<worker_stats> stats() const;

  void enqueue(caf::resumable* job) override;

  caf::actor_clock& clock() noexcept override;

protected:
  void init(caf::actor_system_config& cfg) override;

  void start() override;

  void stop() override;

private:
  class impl;

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
