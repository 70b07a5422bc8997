// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "troupe/process/process_limits.hpp"

namespace troupe {

/// What a process has used and may use before its limits are set.
struct limits_before {
  uint64_t address_space_bytes = 0;
  std::chrono::microseconds cpu_time{0};

  /// The most open files that it may set itself.
  uint64_t max_open_files = 0;
};

/// A limit for `setrlimit`.
struct resource_limit {
  enum class kind : uint8_t { address_space = 1, cpu_seconds, open_files };

  kind what = kind::address_space;

  /// Where the process gets into trouble.
  uint64_t soft = 0;

  /// What it cannot lift the other one beyond.
  uint64_t hard = 0;

  friend bool operator==(const resource_limit&,
                         const resource_limit&) = default;
};

/// Returns what `x` means for a process that has got so far.
///
/// The hard limit of processor time is a second more than the soft one, so that
/// the signal tells what the process died of.
std::vector<resource_limit> plan_limits(const process_limits& x,
                                        const limits_before& now);

} // namespace troupe
