// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include "caf/expected.hpp"

#include "port/file_descriptor.hpp"
#include "process/process_keeper.hpp"

namespace troupe {

/// A program that runs, and where to hear of it.
struct spawned_process {
  pid_t pid = -1;

  /// Readable when the program has ended.
  file_descriptor handle;

  /// What it writes; never block a reader.
  file_descriptor out;
  file_descriptor err;
};

/// Starts a program as `process_keeper` promises.
/// @returns `errc::cannot_start_process` with the system's reason on failure.
caf::expected<spawned_process> spawn_process(const process_order& what);

/// Waits for the end of `x` and takes it off the system's books.
process_end reap(const spawned_process& x);

} // namespace troupe
