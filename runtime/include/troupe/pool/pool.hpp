// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "troupe/base/type_ids.hpp"
#include "troupe/pool/pool_event.hpp"
#include "troupe/pool/pool_options.hpp"
#include "troupe/pool/pool_stats.hpp"
#include "troupe/scheduling/envelope_actor.hpp"

namespace troupe {

/// Spreads tasks over workers and loses none.
///
/// Spawned with `sys.spawn<troupe::pool>(pool_options{...})`. Tasks wait in the
/// pool, not in the workers' mailboxes: a worker holds only what it has credit
/// for, fast workers get more, and when a worker dies its tasks go back to the
/// head of the queue and run elsewhere. A task may therefore run more than
/// once, but is answered exactly once.
///
/// | accepts                    | replies                                    |
/// |----------------------------|--------------------------------------------|
/// | `(worker_atom, starter)`   | `size_t` slot; adds a worker (local only)  |
/// | `(withdraw_atom, size_t)`  | unit or `unknown_slot`; stops a slot once  |
/// |                            | it is idle                                 |
/// | `(stats_atom)`             | `pool_stats`                               |
/// | `(cancel_atom, string)`    | `size_t`: tasks of this group, and of      |
/// |                            | those below it, that were cancelled        |
/// | `(quarantine_atom)`        | `std::vector<quarantined_message>`         |
/// | `(replay_atom, uint64_t)`  | unit or `unknown_message`; the task runs   |
/// |                            | again, nobody gets its answer              |
/// | `(discard_atom, uint64_t)` | unit or `unknown_message`                  |
/// | `(watch_atom, actor)`      | unit; the actor gets each `pool_event`     |
/// | `(drain_atom)`             | unit, as soon as no task is left           |
/// | `(drained_atom)`           | unit, as soon as at most half of the queue |
/// |                            | is taken, or a worker has credit if there  |
/// |                            | is no queue: the time to send what was     |
/// |                            | refused                                    |
/// | `(task_options, ...)`      | a task with wishes, see there              |
/// | anything else: a task      | what the worker replies, or an error       |
///
/// A task sent as a request gets the worker's reply, with the worker as its
/// sender. A task sent as a plain message runs all the same, but nobody is told
/// what became of it: replies and errors show only in `pool_stats`. Errors of
/// the pool: `queue_full`, `no_workers`, `worker_lost`, `pool_stopped`.
///
/// A pool without any slot yet lets tasks wait for the first `worker_atom`. One
/// whose slots are all withdrawn or given up answers `no_workers` until a
/// worker is added.
///
/// An error that the worker itself replies with is the task's answer and is not
/// retried. CAF reports some deaths by the same errors that a living worker may
/// reply with (`sec::runtime_error`, `sec::request_receiver_down`,
/// `errc::unhandled_exception`, `errc::link_lost`): these wait until the pool
/// knows whether the worker lives. A worker that does not say so within a
/// second, and of whose death no notice came, is taken to live. A worker with
/// an exception handler of its own that returns another error answers its last
/// task with that.
///
/// When a worker dies, the task that was in work is charged with an attempt:
/// that over which the worker threw, else the oldest that it holds. The tasks
/// behind it are not charged.
///
/// A worker shares the content of a task with the pool, which keeps it for
/// another attempt: a handler that takes an argument by mutable reference gets
/// a copy.
///
/// On an exit message, other than `exit_reason::kill`, the pool answers open
/// tasks with `pool_stopped`, tells its workers to exit, waits for them, and
/// for those that are still being started, at most `stop_timeout`, and then
/// exits with the same reason.
class pool : public envelope_actor {
public:
  pool(caf::actor_config& cfg, pool_options options);

  ~pool() override;

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;

  bool take(caf::mailbox_element& x) override;

  void on_exit() override;

private:
  class impl;

  // Starters may hold on to it longer than the pool lives.
  std::shared_ptr<impl> impl_;
};

} // namespace troupe
