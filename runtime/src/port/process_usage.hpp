// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>

#include "caf/timespan.hpp"

namespace troupe::port {

/// What a process of this host uses.
struct process_usage {
  uint64_t resident_bytes = 0;

  /// Of all its threads, in steps of ten milliseconds.
  caf::timespan cpu_time{0};
};

/// Returns nothing if there is no such process, or it may not be looked at.
std::optional<process_usage> usage_of(int64_t pid);

} // namespace troupe::port
