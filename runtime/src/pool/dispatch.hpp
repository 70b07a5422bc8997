// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "caf/error.hpp"

#include "pool/pool_action.hpp"
#include "pool/router.hpp"
#include "pool/slot.hpp"
#include "pool/workload.hpp"
#include "troupe/base/backoff.hpp"
#include "troupe/pool/pool_stats.hpp"
#include "troupe/pool/routing.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

/// The part of `pool_options` that decisions depend on.
struct dispatch_limits {
  routing policy;
  size_t max_queued;
  credit_limits credit;
  size_t max_attempts;
  restart_intensity intensity;
  backoff restart_bounds;
};

/// Decides everything that a pool decides: who gets which task, what becomes of
/// the tasks of a dead worker, who is started again and when.
///
/// Pure: gets time and randomness as arguments, does nothing itself. Each call
/// that tells it something leaves actions to be taken with `next` until there
/// are none; they are meant in this order.
///
/// Every task that was submitted ends in exactly one of: `replied` returned
/// `true`, a `release_reply`, or a `fail_task`.
class dispatch {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit dispatch(const dispatch_limits& limits)
      : limits_(limits), router_(limits.policy, limits.credit) {
    // nop
  }

  /// Takes the next thing to do.
  std::optional<pool_action> next();

  // -- tasks ------------------------------------------------------------------

  void submit(task_key task, time_point now);

  /// A worker answered a task.
  /// @returns `false` if it does not hold that task: the answer is void.
  [[nodiscard]] bool replied(size_t slot, task_key task, time_point now);

  /// A task came back from a worker with an error that may mean its death. The
  /// answer is to be kept until the task is released, assigned anew or failed.
  /// @returns `false` if it does not hold that task: the answer is void.
  [[nodiscard]] bool doubted(size_t slot, task_key task, doubt why,
                             time_point now);

  // -- workers ----------------------------------------------------------------

  /// Adds a slot and starts its worker.
  /// @returns its number.
  size_t add_slot(std::string node);

  /// Stops a slot as soon as its worker holds nothing.
  /// @returns `false` if there is no such slot.
  [[nodiscard]] bool withdraw(size_t slot);

  /// The delay before a start has passed.
  void wake(incarnation who);

  /// @returns `false` if nobody waits for this worker: it is to be stopped.
  [[nodiscard]] bool started(incarnation who, time_point now);

  /// @param random drawn evenly from 0 to 1, for the delay of the next start.
  void start_failed(incarnation who, const caf::error& reason, time_point now,
                    double random);

  /// The worker lived when it was probed.
  void proved_alive(incarnation who, time_point now);

  /// The worker is dead.
  /// @param random drawn evenly from 0 to 1, for the delay of the next start.
  void down(incarnation who, const caf::error& reason, time_point now,
            double random);

  /// The worker did not exit in time.
  void stop_expired(incarnation who);

  /// Fails all tasks, stops all workers, takes no new tasks.
  void stop();

  // -- observers --------------------------------------------------------------

  /// Whether no task is left.
  bool idle() const noexcept {
    return queue_.empty() && outstanding_ == 0;
  }

  pool_stats stats() const;

private:
  enum class phase : uint8_t {
    /// No worker was added yet: tasks wait for one.
    fresh = 1,
    running,
    stopping,
  };

  slot_map::iterator find(incarnation who);

  void assign(slot_map::iterator i, counted_task task, time_point now);

  void assign_waiting(time_point now);

  std::optional<caf::error> refusal() const;

  void fail(task_key task, const caf::error& reason);

  void fail_waiting_if_hopeless();

  size_t requeue_all(slot& x, const std::string& cause);

  void after_loss(slot_map::iterator i, const caf::error& reason,
                  time_point now, double random);

  void start_again(slot_map::iterator i, const std::string& cause,
                   time_point now, double random);

  void give_up(slot_map::iterator i, const std::string& cause);

  void stop_if_done(slot_map::iterator i);

  void tell_to_exit(slot_map::iterator i);

  void remove(slot_map::iterator i);

  void report(pool_event::kind what, slot_map::const_iterator i,
              size_t requeued = 0, std::string reason = {});

  dispatch_limits limits_;
  phase phase_ = phase::fresh;
  slot_map slots_;
  size_t next_slot_ = 0;
  router router_;
  std::deque<counted_task> queue_;
  size_t outstanding_ = 0;
  pool_stats counts_;
  std::string last_cause_;
  std::vector<pool_action> actions_;
  size_t taken_ = 0;
};

} // namespace troupe
