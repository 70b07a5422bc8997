// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "caf/actor_control_block.hpp"

#include "supervision/child_handle.hpp"
#include "supervision/waiting_queue.hpp"

namespace troupe {

/// What a handle needs once a message had to wait.
struct child_handle::waiting_room {
  waiting_queue queue;

  handle_stats counters;

  uint64_t refused_in_outage = 0;

  /// Incarnations that have not ended yet, with their generations.
  std::vector<std::pair<caf::weak_actor_ptr, uint64_t>> given_up;
};

} // namespace troupe
