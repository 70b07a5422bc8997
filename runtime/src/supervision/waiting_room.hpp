// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "supervision/child_handle.hpp"
#include "supervision/waiting_queue.hpp"

namespace troupe {

/// What a handle needs once a message had to wait.
struct child_handle::waiting_room {
  waiting_queue queue;

  handle_stats counters;

  uint64_t refused_in_outage = 0;
};

} // namespace troupe
