// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "caf/error.hpp"

#include "pool/deadline_book.hpp"
#include "pool/pool_action.hpp"
#include "pool/router.hpp"
#include "pool/slot.hpp"
#include "pool/task_queue.hpp"
#include "pool/workload.hpp"
#include "troupe/base/backoff.hpp"
#include "troupe/pool/elastic_size.hpp"
#include "troupe/pool/pool_options.hpp"
#include "troupe/pool/pool_stats.hpp"
#include "troupe/pool/routing.hpp"
#include "troupe/pool/task_options.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

/// What the sender of a task wants for it.
struct task_traits {
  task_priority priority = task_priority::normal;
  std::optional<uint32_t> max_attempts = {};
  std::optional<uint64_t> hash = {};
  std::optional<std::chrono::steady_clock::time_point> deadline = {};
};

/// The part of `pool_options` that decisions depend on.
struct dispatch_limits {
  routing policy;
  size_t max_queued;
  credit_limits credit;
  size_t max_attempts;
  restart_intensity intensity;
  backoff restart_bounds;

  /// How long a worker may take to give up a task, before its process is
  /// killed.
  caf::timespan cancel_grace = std::chrono::seconds{1};

  /// For what is chosen at random.
  uint32_t seed = 1;

  /// Whether tasks that lost their last worker are set aside.
  bool quarantines = false;

  /// Tasks after which a worker is replaced.
  std::optional<uint64_t> max_tasks = {};

  /// Memory of a worker's process beyond which it is replaced.
  std::optional<uint64_t> max_resident_bytes = {};

  std::optional<hedging> hedge = {};

  std::optional<elastic_size> elastic = {};
};

/// Decides everything that a pool decides: who gets which task, what becomes of
/// the tasks of a dead worker, who is started again and when.
///
/// Pure: gets time and randomness as arguments, does nothing itself. Each call
/// that tells it something leaves actions to be taken with `next` until there
/// are none; they are meant in this order.
///
/// Every task that was submitted ends in exactly one of: `replied` returned
/// `true`, a `release_reply`, a `fail_task`, or an `abandon_task`. Its number
/// is free then, unless it `lingers`: after an `abandon_task`, and wherever a
/// worker still holds a copy, the number is free at the `drop_task`.
class dispatch {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit dispatch(const dispatch_limits& limits)
      : limits_(limits), router_(limits.policy, limits.credit, limits.seed) {
    // nop
  }

  /// Takes the next thing to do.
  std::optional<pool_action> next();

  // -- tasks ------------------------------------------------------------------

  void submit(task_key task, time_point now) {
    submit(task, task_traits{}, now);
  }

  void submit(task_key task, const task_traits& traits, time_point now);

  /// Hands a task to one worker; it is tried nowhere else. Refused if the
  /// worker already holds `max_credit` tasks of this kind, whatever else it
  /// holds: a worker that is kept busy can still be reached.
  void submit_to(size_t slot, task_key task, const task_traits& traits,
                 time_point now);

  /// Returns why fewer than `wanted` of the slots would take a task by
  /// `submit_to` now, if so; that counts as one task refused.
  std::optional<caf::error> refuse_scattered(const std::vector<size_t>& slots,
                                             size_t wanted);

  /// A worker answered a task.
  /// @returns `false` if it does not hold that task: the answer is void.
  [[nodiscard]] bool replied(size_t slot, task_key task, time_point now);

  /// A task came back from a worker with an error that may mean its death. The
  /// answer is to be kept until the task is released, assigned anew or failed.
  /// @returns `false` if it does not hold that task: the answer is void.
  [[nodiscard]] bool doubted(size_t slot, task_key task, doubt why,
                             time_point now);

  /// The worker answered that it gave the task up. If it was asked to give up
  /// another one, the task goes back to the queue.
  /// @returns whether this is the task's answer.
  [[nodiscard]] bool gave_up(size_t slot, task_key task, time_point now);

  /// Ends tasks with `errc::task_cancelled`: those that wait at once; those
  /// that workers have are answered at once, and the workers told.
  /// @returns how many there were.
  size_t cancel(const std::unordered_set<task_key>& tasks, time_point now);

  /// Ends all tasks whose deadlines have passed, as `cancel` does, but with
  /// `errc::deadline_passed`.
  void expire(time_point now);

  /// Gives second copies of slow tasks to workers that have time for them.
  void hedge(time_point now);

  /// The time after an `interrupt_worker` has passed.
  void interrupt_due(incarnation who, time_point now);

  // -- workers ----------------------------------------------------------------

  /// Adds a slot and starts its worker.
  /// @returns its number.
  size_t add_slot(std::string node, bool killable = false);

  /// Adds or withdraws a worker if the load asks for it.
  void fit(time_point now);

  /// Has the worker replaced by a new one as soon as it holds nothing.
  void wear_out(incarnation who);

  /// Takes how many bytes the worker's process holds, if that is known.
  void measured(incarnation who, std::optional<uint64_t> resident_bytes,
                time_point now);

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

  /// The worker did not exit, or was not even up, in time.
  void stop_expired(incarnation who);

  /// Fails all tasks, stops all workers, takes no new tasks.
  void stop();

  // -- observers --------------------------------------------------------------

  /// Whether no task is left.
  bool idle() const noexcept {
    return queue_.empty() && outstanding_ == 0;
  }

  /// Whether it is worth while to send new tasks after a refusal: the queue has
  /// shrunk enough, or, without one, a worker can take a task; or it is certain
  /// that nothing will get better.
  bool has_room(time_point now) const;

  /// Whether a worker still has the task although it was answered.
  bool lingers(task_key task) const {
    return !lingering_.empty() && lingering_.count(task) > 0;
  }

  /// Returns when to call `expire` next.
  std::optional<time_point> next_deadline() const {
    return deadlines_.next();
  }

  /// Returns the slots whose workers are up and stay.
  std::vector<size_t> serving() const;

  pool_stats stats() const;

  /// As above, with the time that the workers of now have been up.
  pool_stats stats(time_point now) const;

  /// Returns when to call `hedge` and `fit` next, if time alone may ask for it.
  std::optional<caf::timespan> next_look() const;

private:
  enum class phase : uint8_t {
    /// No worker was added yet: tasks wait for one.
    fresh = 1,
    running,
    stopping,
  };

  slot_map::iterator find(incarnation who);

  void assign(slot_map::iterator i, const counted_task& task, time_point now);

  void assign_waiting(time_point now);

  std::optional<caf::error> refusal() const;

  /// Returns why a slot's worker takes no further task for it alone.
  std::optional<caf::error> refusal_by(size_t slot) const;

  void fail(task_key task, const caf::error& reason);

  void fail_waiting_if_hopeless();

  size_t requeue_all(slot_map::iterator i, const caf::error& reason,
                     const std::string& cause, time_point now);

  void recycle(slot_map::iterator i);

  static void begin_generation(slot& x);

  void end_all(const std::unordered_set<task_key>& tasks,
               const caf::error& reason, time_point now);

  void abandon(slot_map::iterator i, task_key task, const caf::error& reason,
               time_point now);

  void drop_copy(task_key task);

  /// Takes note of a task that came back from the worker.
  void book_run(slot_map::iterator i, time_point now);

  /// Asks for a look at the memory of the worker's process.
  void measure(slot_map::iterator i, time_point now);

  /// Forgets what is kept of a task that was answered.
  void forget(task_key task);

  /// Abandons the other copy of a task that `winner` has answered.
  void settle_copies(size_t winner, task_key task, time_point now);

  /// @returns whether another worker still has the task.
  bool lose_copy(task_key task);

  caf::timespan hedge_delay() const;

  void interrupt_if_oldest(slot_map::iterator i, time_point now);

  void accept(const counted_task& task, const task_traits& traits);

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
  task_queue queue_;
  deadline_book deadlines_;

  /// Copies that workers have of tasks that were answered.
  std::unordered_map<task_key, size_t> lingering_;

  /// Tasks that two workers have, and who got the second copy.
  std::unordered_map<task_key, size_t> copied_;

  std::unordered_map<task_key, std::vector<task_loss>> losses_;
  size_t outstanding_ = 0;
  pool_stats counts_;
  std::string last_cause_;
  std::vector<pool_action> actions_;
  size_t taken_ = 0;
};

} // namespace troupe
