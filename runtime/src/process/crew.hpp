// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// Start a worker process; then call `joined` or `ended`.
struct start_worker_process {
  uint64_t worker;

  /// The program, if it is not this one.
  std::optional<std::string> program = {};
};

/// Hand the worker over; when it has ended, call `ended`.
struct give_worker_process {
  uint64_t claim;
  uint64_t worker;
};

/// There is no worker for this claim.
struct refuse_claim {
  uint64_t claim;
  caf::error why;
};

/// Kill the worker; when it has ended, call `ended`.
struct kill_worker_process {
  uint64_t worker;
};

/// What a crew is to do next.
using crew_action = std::variant<start_worker_process, give_worker_process,
                                 refuse_claim, kill_worker_process>;

/// Decides which worker processes are started and who gets them.
///
/// Keeps a number of them ready. A claim gets one that is ready, or else the
/// next one that joins. What was taken from the ready ones is replaced after a
/// pause, so that the start does not compete with the work that is beginning;
/// workers that die before they are of use delay that further. Pure.
class crew {
public:
  using time_point = std::chrono::steady_clock::time_point;

  crew(size_t ready, caf::timespan join_timeout);

  /// Takes the next thing to do.
  std::optional<crew_action> next();

  /// Returns when to call `tick`, if there is a need.
  std::optional<time_point> next_deadline() const;

  /// Starts the workers that are to be ready.
  void begin(time_point now);

  /// Somebody wants a worker, with its own program if one is given.
  void claim(uint64_t id, std::optional<std::string> program, time_point now);

  /// Whoever made the claim is gone. No effect on a worker that was given.
  void withdraw(uint64_t claim, time_point now);

  /// The worker can be used.
  void joined(uint64_t worker, time_point now);

  /// The worker has ended, or was not started at all, because of `why`.
  void ended(uint64_t worker, const caf::error& why, time_point now);

  void tick(time_point now);

  /// Returns how many workers are ready.
  size_t ready() const {
    return count(state::ready);
  }

private:
  enum class state : uint8_t { starting = 1, ready, given };

  struct worker {
    state is = state::starting;
    std::optional<std::string> program;
    /// Of one with its own program.
    uint64_t claim = 0;
    /// With `starting`: when it must have joined.
    time_point due;
    bool overdue = false;
  };

  uint64_t start(std::optional<std::string> program, time_point now);
  void give(uint64_t claim, uint64_t worker);
  void plan_refill(time_point now);
  void refill(time_point now);

  /// Counts the workers that may go to any claim.
  size_t count(state x) const;

  size_t wanted_;
  caf::timespan join_timeout_;
  uint64_t last_worker_ = 0;
  std::map<uint64_t, worker> workers_;
  /// Claims for any worker, oldest first.
  std::deque<uint64_t> waiting_;
  std::optional<time_point> refill_due_;
  /// Workers in a row that were of no use.
  size_t failures_ = 0;
  std::deque<crew_action> actions_;
};

} // namespace troupe
