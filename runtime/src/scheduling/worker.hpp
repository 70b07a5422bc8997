// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "caf/execution_unit.hpp"
#include "caf/resumable.hpp"

#include "scheduling/idle_set.hpp"
#include "scheduling/injection_queue.hpp"
#include "scheduling/local_ring.hpp"
#include "scheduling/next_slot.hpp"
#include "scheduling/turn_budget.hpp"
#include "troupe/scheduling/scheduler.hpp"

namespace troupe {

class worker;

/// What the workers of one scheduler share.
struct worker_group {
  explicit worker_group(size_t size) : idle(size) {
    // nop
  }

  /// Hands in work from a thread that is no worker. Thread-safe.
  void inject(caf::resumable* job);

  scheduler_options options;
  injection_queue<caf::resumable*> injected;
  idle_set idle;
  std::atomic<bool> stopping = false;
  std::vector<std::unique_ptr<worker>> workers;
};

/// A thread that gives actors their turns.
class worker final : public caf::execution_unit {
public:
  worker(caf::actor_system& sys, worker_group& group, size_t index,
         std::optional<int> cpu);

  ~worker() override;

  void start();

  void join();

  /// Makes `job` runnable. Called by the actor in its turn on this worker; a
  /// call from any other thread goes through the injection queue.
  void exec_later(caf::resumable* job) override;

  std::optional<int> cpu() const noexcept {
    return cpu_;
  }

  worker_stats stats() const noexcept;

  /// Returns the worker whose thread is the calling one, if any.
  static worker* current() noexcept;

  worker_group& group() noexcept {
    return group_;
  }

  /// Takes any job left behind. Only after `join`.
  caf::resumable* take_leftover() noexcept;

private:
  using job_ptr = caf::resumable*;

  /// The longest time that a turn may gain by an overlong one before it.
  static constexpr uint64_t max_credit_slices = 16;

  /// Actors that are taken from behind a stuck worker at once.
  static constexpr size_t max_relieved = 16;

  void run();

  void execute(job_ptr job);

  /// Runs `job` until it has nothing to do or its turn is over.
  ///
  /// Who had to wait while a handler overran its turn gets as much time on top,
  /// so that a flood of messages does not grow while those who send it run in
  /// long turns and the one who takes them only in short ones.
  caf::resumable::resume_result give_turn(job_ptr job);

  /// Puts `job` at the end of the ring, or of the injection queue if full.
  void append(job_ptr job);

  job_ptr next_local() noexcept;

  job_ptr take_injected();

  /// Looks once through all queues but the other workers' next-slots.
  job_ptr look_around();

  /// Takes a job out of a next-slot if its owner stays in the same turn for
  /// `spin`. Returns early when all owners move on.
  job_ptr take_stuck();

  /// Takes what waits behind another worker that has been in the same turn for
  /// longer than a turn should last: it may be stuck, and all others may be too
  /// busy to ever run out of work. Looks at one other worker at a time.
  job_ptr relieve();

  /// Blocks until there is a job. @returns `nullptr` on stop.
  job_ptr wait_for_job();

  job_ptr search();

  /// Stops searching, and makes sure that somebody else searches if there is
  /// more to find.
  void found(bool was_watching);

  bool shared_work() const noexcept;

  bool slot_work() const noexcept;

  /// Sum of all other workers' turns: moves while anybody runs short turns.
  uint64_t progress_of_others() const noexcept;

  /// Returns how long the worker has had work.
  uint64_t busy_ticks() const noexcept;

  /// Gives up the reference to the actor that fell asleep last.
  void release_kept() noexcept;

  // Written by this worker, read by all.
  next_slot<job_ptr> next_;
  std::atomic<uint64_t> turns_ = 0;
  std::atomic<uint64_t> stolen_ = 0;
  std::atomic<uint64_t> parks_ = 0;
  /// When the worker began, what it has been without work since, and since when
  /// it is.
  std::atomic<uint64_t> born_ = 0;
  std::atomic<uint64_t> idle_ = 0;
  std::atomic<uint64_t> idle_since_ = 0;
  mutable std::atomic<uint64_t> told_busy_ = 0;
  local_ring<job_ptr, 256> ring_;

  // Used by this worker only.
  alignas(64) worker_group& group_;
  size_t index_;
  std::optional<int> cpu_;
  size_t direct_run_ = 0;
  uint64_t direct_start_ = 0;
  size_t turns_since_look_ = 0;
  uint64_t last_look_ = 0;
  size_t victim_ = 0;
  /// The worker that `relieve` looks at, its turns, and since when.
  size_t watched_ = 0;
  uint64_t watched_turns_ = 0;
  uint64_t watched_since_ = 0;
  uint64_t spin_ticks_;
  uint64_t slice_ticks_;
  turn_budget budget_;
  /// Ticks by which the last turn was too long.
  uint64_t credit_ = 0;
  /// Whether the present actor went ahead of work from outside.
  bool favoured_ = false;
  std::thread thread_;
};

} // namespace troupe
