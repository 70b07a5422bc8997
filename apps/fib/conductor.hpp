// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/location/starter.hpp"
#include "troupe/remote/node.hpp"

#include "common/interruption.hpp"
#include "common/progress.hpp"
#include "ledger.hpp"
#include "roster.hpp"
#include "summary.hpp"
#include "ticker.hpp"

namespace fib_app {

struct conductor_options {
  /// Starter of each worker of this process.
  std::vector<troupe::starter> workers;

  /// The node of this process, if it has one.
  const troupe::node* node = nullptr;

  /// Whether there may be no worker at first, and one joins any time later.
  bool accepts_nodes = false;
};

/// Makes all calls as messages, from a thread that runs an event loop.
///
/// The loop ticks each millisecond, as that of a program with a window or a
/// port would, and books answers in between.
class conductor {
public:
  enum class outcome : uint8_t {
    /// Each task has an answer or has failed.
    done = 1,
    /// The run cannot go on, see `problem`.
    failed,
    /// By SIGINT or SIGTERM.
    interrupted,
  };

  conductor(caf::actor_system& sys, const conductor_options& options,
            ledger& books, roster& nodes, const app::interruption& stop);

  conductor(const conductor&) = delete;
  conductor& operator=(const conductor&) = delete;

  /// Tells pool and workers to stop; does not wait for them.
  ~conductor();

  /// Runs until one of the outcomes; to be called once.
  outcome run();

  const parallel_phase& figures() const noexcept {
    return figures_;
  }

  const std::string& problem() const noexcept {
    return problem_;
  }

private:
  using clock = std::chrono::steady_clock;

  /// Waits until there are workers.
  outcome gather();

  /// Waits until all tasks are settled.
  outcome conduct();

  /// Handles all messages that are there.
  void drain();

  void book(const result_batch& x);
  void book(const troupe::node_event& x);

  outcome fail(std::string problem);

  const conductor_options& options_;
  ledger& books_;
  roster& nodes_;
  const app::interruption& stop_;
  caf::scoped_actor self_;
  caf::actor pool_;
  caf::actor crew_;
  caf::actor feeder_;
  app::progress_bar bar_;
  parallel_phase figures_;
  std::string problem_;
};

} // namespace fib_app
