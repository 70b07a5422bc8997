// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/backoff.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/pool/elastic_size.hpp"
#include "troupe/pool/routing.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

/// When a task that takes long gets a second copy on another worker. The first
/// answer counts, the other copy is cancelled. Only for tasks that may run
/// twice.
struct hedging {
  /// A task that a worker has had for less is left alone; at least 1 ms. Less
  /// hides more slow workers and costs more work.
  caf::timespan after = std::chrono::seconds{1};

  /// Share of all runs, between 0 and 1, whose time a task must have exceeded
  /// besides, once 20 runs are known.
  std::optional<double> percentile = {};
};

/// When a worker makes place for a new one. It is never interrupted: it gets no
/// further tasks, and ends once it holds none.
struct recycling {
  /// After so many tasks, at least 1.
  std::optional<uint64_t> tasks = {};

  /// Once its process holds more than so many bytes of physical memory, at
  /// least 1 MiB; looked at when a task has ended, at most once in 20 ms. What
  /// other processes share with it counts in full: its program, and buffers
  /// that it has been given. Only for workers with a process of their own:
  /// others share theirs, and are refused with `errc::bad_recycling`.
  std::optional<uint64_t> resident_bytes = {};
};

/// Returns whether workers started by `x` can be recycled so, otherwise
/// `errc::bad_recycling`.
/// @relates recycling
caf::error validate(const recycling& how, const starter& x);

struct pool_options {
  /// One worker is started per element.
  std::vector<starter> workers = {};

  routing policy = routing::least_loaded;

  /// Tasks that may wait in the pool. A task beyond is refused at once with
  /// `errc::queue_full`. Memory grows by the tasks' contents. Tasks that come
  /// back from a dead worker were accepted before and always fit.
  size_t max_queued = 65'536;

  /// Tasks that one worker may hold at once, at least 1. More hides the way to
  /// the worker for tiny tasks; what a worker holds cannot be given to a faster
  /// one.
  size_t max_credit = 64;

  /// A worker is handed a further task while it holds less than this much work
  /// by its own measured pace, so that long tasks are handed out one at a time.
  /// The pace of a worker that gets one task at a time includes the way there
  /// and back: if that takes longer than the horizon, the worker stays at one
  /// task per round trip. The default is four batches of a `map`: with less, a
  /// worker runs dry whenever the pool has to wait for a core.
  caf::timespan credit_horizon = std::chrono::milliseconds{2};

  /// Attempts per task, at least 1. A task whose worker died under it that
  /// often is answered with `errc::worker_lost`.
  size_t max_attempts = 3;

  /// A worker that dies more often is given up.
  restart_intensity intensity = {};

  /// A worker is started again at once after its first death in the window of
  /// `intensity`, and after a delay within these bounds after further ones.
  backoff restart_delay{.first = std::chrono::milliseconds{50},
                        .cap = std::chrono::seconds{1}};

  /// A start that takes longer counts as failed.
  caf::timespan start_timeout = std::chrono::seconds{5};

  /// A worker that has not exited so long after it was told to is killed, and
  /// no longer waited for. When the pool stops, the time runs for all workers
  /// from then on, and for those that are still being started: one that comes
  /// up meanwhile gets what is left of it.
  caf::timespan stop_timeout = std::chrono::seconds{5};

  /// For how long a worker with a process of its own may go on with a task that
  /// was cancelled, before the process is killed and a new one started. Other
  /// workers are only reminded: their handlers should look at a `cancel_token`.
  caf::timespan cancel_grace = std::chrono::seconds{1};

  /// Tasks that lost their last worker and are kept, with their payload, to be
  /// looked at and tried again; up to 1,000,000. The oldest makes place for the
  /// newest. With 0, nothing is kept.
  size_t max_quarantined = 16;

  std::optional<hedging> hedge = {};

  std::optional<recycling> recycle = {};

  /// Lets the number of workers follow the load, above those of `workers`.
  std::optional<elastic_size> elastic = {};

  /// Equal seeds make equal choices of what is left to chance.
  std::optional<uint32_t> seed = {};
};

/// Returns the first wrong field of `x`, as `errc::missing_start`,
/// `bad_routing`, `bad_pool_limit`, `bad_pool_time`, `bad_intensity`,
/// `bad_backoff`, `bad_hedge`, `bad_recycling` or `bad_elastic_size`. A pool
/// with such options exits at once with that.
/// @relates pool_options
caf::error validate(const pool_options& x);

} // namespace troupe
