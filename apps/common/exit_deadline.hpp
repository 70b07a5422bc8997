// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/timespan.hpp"

#include "common/exit_code.hpp"

namespace app {

/// Ends the process with `code` once `patience` has passed, whatever it is
/// doing then. For an end while workers compute: a call of fib that is under
/// way cannot be stopped, and an actor system waits for its actors.
void exit_at_the_latest(caf::timespan patience, exit_code code);

} // namespace app
