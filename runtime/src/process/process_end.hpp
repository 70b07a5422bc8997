// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>

namespace troupe {

/// How a process ended, as the system tells it.
struct process_end {
  enum class kind : uint8_t {
    /// By itself, with a status.
    exited = 1,
    /// By a signal.
    signaled,
    /// Somebody else has asked the system before.
    unknown,
  };

  kind how = kind::unknown;

  /// The status, or the number of the signal.
  int number = 0;

  /// The most memory that it had at once.
  uint64_t peak_rss_bytes = 0;

  /// Processor time that it has used.
  std::chrono::microseconds cpu_time{0};
};

} // namespace troupe
