// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/error.hpp"

#include "troupe/process/process_limits.hpp"

namespace troupe {

/// Limits this process, all its threads included, from now on.
/// @returns `errc::cannot_start_process` with the system's reason if one of the
///          limits cannot be set.
caf::error apply_limits(const process_limits& x);

} // namespace troupe
