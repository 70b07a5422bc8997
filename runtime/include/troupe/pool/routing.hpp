// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

namespace troupe {

/// How a pool chooses among the workers that have credit left.
enum class routing : uint8_t {
  /// The next one in turn.
  round_robin = 1,
  /// The one with the least outstanding work, in measured time; among equals
  /// the fastest.
  least_loaded,
  /// By `task_options::key`: equal keys go to the same worker while that is up
  /// and has credit, and to the same other one while not. When a worker is
  /// added or goes away, only keys of this worker move. Tasks without key go by
  /// `least_loaded`.
  consistent_hash,
  /// Any, each as likely.
  random,
};

/// @relates routing
std::string to_string(routing x);

} // namespace troupe
