// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "caf/timespan.hpp"

#include "gap_statistics.hpp"

namespace fib_app {

/// What one node did in a run.
struct node_share {
  std::string name;

  /// Workers that it offers, or offered last.
  size_t workers = 0;

  uint64_t tasks = 0;

  /// Time that its workers spent on tasks, summed.
  caf::timespan busy{0};

  /// Why it was lost last, if it was.
  std::optional<std::string> loss = {};

  /// Tasks that it held when it was lost and that went to other workers.
  uint64_t requeued = 0;
};

/// All calls one after another on the calling thread.
struct sequential_phase {
  caf::timespan wall{0};
  gap_statistics gaps;
};

/// All calls as messages.
struct parallel_phase {
  caf::timespan wall{0};
  gap_statistics gaps;
  uint64_t restarts = 0;
};

/// A run in figures.
struct summary {
  size_t tasks = 0;
  size_t lost = 0;
  uint64_t repeated = 0;
  uint64_t wrong = 0;

  /// Cores that this process may use.
  size_t cores = 1;

  std::optional<sequential_phase> sequential;
  parallel_phase parallel;
  std::vector<node_share> nodes;

  /// Returns whether every task has one answer, the right one.
  bool good() const noexcept {
    return lost == 0 && repeated == 0 && wrong == 0;
  }

  /// Returns the workers of all nodes.
  size_t workers() const noexcept;

  /// Returns sequential by parallel wall time.
  std::optional<double> speed_up() const;

  /// Returns the speed-up per unit, such as core or worker.
  /// @pre `units > 0`
  std::optional<double> efficiency(size_t units) const;
};

} // namespace fib_app
