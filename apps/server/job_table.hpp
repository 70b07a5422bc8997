// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "caf/timespan.hpp"

#include "job.hpp"

namespace server_app {

struct job_limits {
  /// Jobs that have tasks in the pool at the same time. Each gets its turn, so
  /// that small ones are not held up by large ones.
  size_t running = 64;

  /// Jobs that may wait behind them; 429 beyond.
  size_t waiting = 1'000;

  // Jobs that have ended are kept for whoever asks, until there are too many or
  // they are too large together. The oldest goes first.
  size_t kept = 1'000;
  uint64_t kept_bytes = uint64_t{64} << 20;
  caf::timespan keep_for = std::chrono::minutes{10};
};

/// How the work of a job ended: its result as JSON, or why there is none.
using job_outcome = std::variant<std::string, web::problem>;

/// Decides which jobs run, wait, have failed and are forgotten. Pure value:
/// reads no clock. Times never go back.
class job_table {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit job_table(job_limits limits = {}) : limits_(limits) {
    // nop
  }

  /// Takes up a job that is `waiting`, under an id that no other one has.
  /// @returns a problem with status 429 or, once it drains, 503.
  std::optional<web::problem> submit(job x, caf::timespan deadline,
                                     time_point now);

  /// Returns the ids of those that are to be started now; they are running.
  std::vector<std::string> start();

  /// Notes how many tasks of a running job are done.
  void progress(const std::string& id, size_t done);

  /// Ends a job that runs.
  void finish(const std::string& id, job_outcome x, time_point now);

  /// Ends a job that runs or waits.
  /// @returns whether there was one.
  bool cancel(const std::string& id, time_point now);

  /// Fails those whose deadline has passed, and forgets old ones.
  /// @returns the ids of those that have failed.
  std::vector<std::string> expire(time_point now);

  /// Drops a job that has ended.
  void forget(const std::string& id);

  /// Takes up no more jobs.
  void drain() noexcept {
    draining_ = true;
  }

  /// Returns null if there is no such job, or it was forgotten.
  const job* find(const std::string& id) const;

  /// Returns the ids of all that run or wait.
  std::vector<std::string> open() const;

  /// Returns how many jobs are in a state.
  size_t count(job_state x) const;

  size_t size() const noexcept {
    return jobs_.size();
  }

private:
  struct entry {
    job what;
    time_point deadline;
  };

  void end(entry& x, job_state state, time_point now);

  void drop_oldest();

  job_limits limits_;
  std::map<std::string, entry> jobs_;
  /// Ids in the order of submission; some may have ended.
  std::deque<std::string> queue_;
  size_t running_ = 0;
  size_t waiting_ = 0;
  /// Those that have ended, oldest first; some may be forgotten.
  std::deque<std::pair<std::string, time_point>> ended_;
  size_t kept_ = 0;
  uint64_t kept_bytes_ = 0;
  bool draining_ = false;
};

} // namespace server_app
