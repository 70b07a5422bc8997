// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "caf/timespan.hpp"

#include "pool/doubt.hpp"
#include "pool/pace.hpp"
#include "troupe/pool/task_options.hpp"

namespace troupe {

/// Names a task between the pool's decisions and whoever keeps its content.
using task_key = uint32_t;

/// A task, what its sender wants for it, and what has happened to it.
struct counted_task {
  task_key key;

  /// Workers that died while it was in work.
  uint32_t losses = 0;

  /// Attempts, if other than usual.
  std::optional<uint32_t> max_attempts = {};

  /// Where a routing by key sends it.
  std::optional<uint64_t> hash = {};

  task_priority priority = task_priority::normal;

  /// When it came to the pool.
  std::chrono::steady_clock::time_point arrived = {};

  /// Whether it is for the worker that has it and for no other.
  bool pinned = false;
};

/// How much a worker is given ahead.
struct credit_limits {
  /// Tasks that it may hold.
  size_t max_credit;

  /// Work that it may hold before it gets one more task.
  caf::timespan horizon;
};

/// What a dead worker held, oldest first.
struct lost_tasks {
  struct entry {
    counted_task task;
    bool abandoned;
  };

  std::vector<entry> tasks;

  /// Position of the task that was in work, if any.
  std::optional<size_t> charged;
};

/// What one worker holds, how fast it is, and which of its errors are in doubt.
class workload {
public:
  using time_point = std::chrono::steady_clock::time_point;

  // -- what the worker holds --------------------------------------------------

  size_t size() const noexcept {
    return held_.size();
  }

  bool empty() const noexcept {
    return held_.empty();
  }

  /// Returns how many of the tasks that the worker holds are for it alone.
  size_t pinned() const;

  /// Whether the worker may be handed a further task: one at least, more while
  /// what it holds is less work than the horizon, judged by its own pace.
  bool has_credit(time_point t, const credit_limits& limits) const;

  /// Returns the estimated time of all that the worker holds, in nanoseconds.
  double total_time(time_point t) const;

  /// Returns the estimated time of one task, in nanoseconds; 0 while unknown.
  double task_time() const;

  void hand(counted_task x, time_point t);

  /// Returns the oldest task that the worker holds, which it is most likely
  /// busy with.
  std::optional<task_key> oldest() const;

  /// Returns for how long the worker has been busy with the oldest task, as far
  /// as can be seen from here.
  caf::timespan busy_for(time_point t) const;

  /// Returns all that the worker holds, oldest first.
  std::vector<task_key> keys() const;

  /// Notes that nobody waits for the task any more. The worker holds it until
  /// it comes back.
  /// @returns `false` if the worker does not hold it, or if that was known.
  bool abandon(task_key x, time_point t);

  /// Returns since when nobody waits for the task, if so.
  std::optional<time_point> abandoned(task_key x) const;

  /// Takes a task from the worker that it has answered.
  /// @returns `false` if it does not hold the task.
  [[nodiscard]] bool finish(task_key x, time_point t) {
    return take(x, t).has_value();
  }

  /// Returns how long the last task took that came back.
  caf::timespan last_run() const noexcept {
    return last_run_;
  }

  /// Returns since when the worker has had nothing to do; not in work.
  time_point idle_since() const noexcept {
    return last_reply_;
  }

  /// Returns tasks that the worker has had for at least `x`, oldest first,
  /// without those that nobody waits for or that are for it alone.
  std::vector<counted_task> held_for(caf::timespan x, time_point t) const;

  /// As `finish`; returns the task.
  std::optional<counted_task> take(task_key x, time_point t);

  /// Takes all tasks from a dead worker, oldest first, and charges a loss to
  /// the one that was in work: that over which the worker broke, else the
  /// oldest that it cannot be shown not to have begun.
  lost_tasks lose();

  // -- errors in doubt --------------------------------------------------------

  /// Notes that the task came back with an error that may mean death.
  /// @returns `false` if the worker does not hold the task.
  [[nodiscard]] bool suspect(task_key x, doubt why, time_point t);

  /// Returns whether doubts remain that no probe covers yet, and lets the next
  /// probe cover them. An answer proves only that the worker lived when it was
  /// asked.
  bool begin_probe();

  /// Takes the tasks from the worker whose doubts the last probe covered, in
  /// the order in which they came back.
  std::vector<lost_tasks::entry> end_probe();

private:
  struct held_task {
    counted_task task;
    std::optional<doubt> why;
    time_point since;
    std::optional<time_point> abandoned = {};
  };

  std::deque<held_task>::iterator find(task_key x);

  std::deque<held_task>::const_iterator find(task_key x) const;

  void note_reply(const held_task& x, time_point t);

  std::deque<held_task> held_;
  std::vector<task_key> doubted_;
  size_t probed_ = 0;
  time_point last_reply_{};
  caf::timespan last_run_{0};
  pace pace_;
};

} // namespace troupe
