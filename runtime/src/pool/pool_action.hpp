// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "pool/workload.hpp"
#include "troupe/pool/pool_event.hpp"

namespace troupe {

/// Names one incarnation of the worker in a slot.
struct incarnation {
  size_t slot = 0;
  uint64_t generation = 0;
};

/// Send the task to the slot's worker.
struct assign_task {
  size_t slot;
  task_key task;

  /// Whether another worker has it, too, and shall keep it.
  bool second = false;
};

/// Answer the task with the error that the slot's worker sent and that was in
/// doubt. Another copy of it may be in doubt as well.
struct release_reply {
  size_t slot;
  task_key task;
};

/// A worker that died over a task.
struct task_loss {
  incarnation who;
  caf::error reason;
  std::chrono::steady_clock::time_point time;
};

/// Answer the task with an error of the pool's own.
struct fail_task {
  task_key task;
  caf::error reason;

  /// The workers that died over it, oldest first, if it is to be set aside.
  std::vector<task_loss> history = {};
};

/// Answer the task with an error of the pool's own, though a worker still has
/// it. Its number stays in use until a `drop_task`.
struct abandon_task {
  task_key task;
  caf::error reason;
};

/// No worker has the abandoned task any more: its number is free.
struct drop_task {
  task_key task;
};

/// Ask the worker to give up the message that has been in work for at least
/// `at_least`. If there is an `again`, call `dispatch::interrupt_due` then.
struct interrupt_worker {
  incarnation who;
  caf::timespan at_least;
  std::optional<caf::timespan> again;
};

/// Kill the worker; a new one is started when it is down.
struct replace_worker {
  incarnation who;
};

/// Call `dispatch::wake` after the delay.
struct delay_start {
  incarnation who;
  caf::timespan delay;
};

/// Start a worker, then call `dispatch::started` or `start_failed`.
struct start_worker {
  incarnation who;
};

/// Find out whether the worker lives, then call `dispatch::proved_alive` if so.
struct probe_worker {
  incarnation who;
};

/// Find out after the delay how much memory the worker's process holds, then
/// call `dispatch::measured`.
struct measure_worker {
  incarnation who;
  caf::timespan delay;
};

/// Tell the worker to exit, if it is up already; call `dispatch::stop_expired`
/// if it takes too long.
struct stop_worker {
  incarnation who;
};

/// Kill the worker and wait for it no longer.
struct kill_worker {
  size_t slot;
};

/// Forget the slot; nothing refers to it any more.
struct remove_slot {
  size_t slot;
};

/// Tell the watchers.
struct report_event {
  pool_event event;
};

/// Add a slot with the starter of `elastic_size`.
struct add_worker {};

/// The pool was told to stop and its last worker is gone.
struct all_stopped {};

/// What a pool is to do next.
using pool_action =
    std::variant<assign_task, release_reply, fail_task, abandon_task, drop_task,
                 interrupt_worker, replace_worker, delay_start, start_worker,
                 probe_worker, measure_worker, stop_worker, kill_worker,
                 remove_slot, report_event, add_worker, all_stopped>;

} // namespace troupe
