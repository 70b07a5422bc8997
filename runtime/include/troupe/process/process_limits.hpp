// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// What a worker process may use. The limits begin to count when its actor is
/// started, and the process cannot lift them.
struct process_limits {
  /// Address space that the actor may take on top of what the process has
  /// mapped before, from 1 MiB to 1 PiB. Beyond it an allocation fails, which
  /// ends the actor by `std::bad_alloc` if it does nothing about that. Memory
  /// that was mapped before and is not used yet, a few hundred MiB at most, is
  /// not counted.
  std::optional<uint64_t> address_space_bytes = {};

  /// Processor time of all threads of the process, from 1 s to 10 years;
  /// rounded up to whole seconds. Beyond it the process is killed by SIGXCPU.
  std::optional<caf::timespan> cpu_time = {};

  /// By how much the process gives way to others, from 0 to 19.
  int niceness = 0;

  /// Numbers of the cores that it may run on, a part of those that this process
  /// may use. Empty for all of them.
  std::vector<size_t> cores = {};

  /// Files and sockets that it may have open at the same time, from 64 to
  /// 1,048,576, but not more than this process may have. The link to this
  /// process takes about a dozen.
  std::optional<size_t> open_files = {};
};

/// Returns the first wrong field of `x` as `errc::bad_address_space_limit`,
/// `bad_cpu_limit`, `bad_niceness`, `bad_cores` or `bad_open_files_limit`; the
/// text shows the value and what is allowed.
/// @relates process_limits
caf::error validate(const process_limits& x);

} // namespace troupe
