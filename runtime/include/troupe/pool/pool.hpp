// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/scheduling/envelope_actor.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

/// How a pool chooses among the workers that have credit left.
enum class routing : uint8_t {
  /// The next one in turn.
  round_robin = 1,
  /// The one with the least outstanding work, in measured time.
  least_loaded,
};

/// @relates routing
std::string to_string(routing x);

struct pool_options {
  /// One worker is started per element.
  std::vector<starter> workers;

  routing policy = routing::least_loaded;

  /// Tasks that may wait in the pool. A task beyond is refused at once with
  /// `errc::queue_full`. Memory grows by the tasks' payloads.
  size_t max_queued = 65'536;

  /// Tasks that one worker may hold at once. More hides the way to the worker
  /// for tiny tasks; what a worker holds cannot be given to a faster one.
  size_t max_credit = 64;

  /// A worker is handed a further task while it holds less than this much work
  /// by its own measured pace, so that long tasks are handed out one at a time.
  caf::timespan credit_horizon = std::chrono::milliseconds{1};

  /// Attempts per task. A task whose worker died under it that often is
  /// answered with `errc::worker_lost`.
  size_t max_attempts = 3;

  /// A worker that dies more often is given up.
  restart_intensity intensity;

  /// A start that takes longer counts as failed.
  caf::timespan start_timeout = std::chrono::seconds{5};
};

/// What a pool has done and holds.
struct pool_stats {
  size_t workers = 0;
  size_t queued = 0;
  size_t outstanding = 0;
  uint64_t accepted = 0;
  uint64_t completed = 0;
  uint64_t refused = 0;
  uint64_t retried = 0;
  uint64_t failed = 0;
  uint64_t restarts = 0;
};

/// Something that happened to a pool's worker.
struct pool_event {
  enum class kind : uint8_t {
    /// A worker is ready.
    up = 1,
    /// A worker died or could not be started; its tasks went back to the queue.
    lost,
    /// A worker died once too often and is not started again.
    given_up,
  };

  kind what = kind::up;

  /// Number of the worker's slot, in the order in which workers were added.
  size_t slot = 0;

  /// Where the worker lives: a node's name, empty for this one.
  std::string node;

  /// Tasks that went back to the queue.
  size_t requeued = 0;

  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pool_stats& x) {
  return f(caf::meta::type_name("troupe::pool_stats"), x.workers, x.queued,
           x.outstanding, x.accepted, x.completed, x.refused, x.retried,
           x.failed, x.restarts);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pool_event& x) {
  return f(caf::meta::type_name("troupe::pool_event"), x.what, x.slot, x.node,
           x.requeued, x.reason);
}

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
/// | `(withdraw_atom, size_t)`  | unit; stops a slot once it is idle         |
/// | `(stats_atom)`             | `pool_stats`                               |
/// | `(watch_atom, actor)`      | unit; the actor gets each `pool_event`     |
/// | `(drain_atom)`             | unit, as soon as no task is left           |
/// | anything else: a task      | what the worker replies, or an error       |
///
/// A task sent as a request gets the worker's reply, with the worker as its
/// sender; a task sent as a plain message runs all the same. Errors of the
/// pool: `queue_full`, `no_workers`, `worker_lost`, `pool_stopped`. An error
/// that the worker itself replies with is the task's answer and is not retried.
///
/// Exits normally on `send_exit`; open tasks are answered `pool_stopped`, and
/// the workers are told to exit.
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

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
