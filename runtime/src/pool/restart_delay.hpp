// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "caf/timespan.hpp"

#include "troupe/base/backoff.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

/// Books a restart and returns how long to wait before it, or nothing if the
/// budget is spent.
///
/// The first restart in the budget's window is immediate, further ones wait by
/// `bounds`. No delay is so long that a worker that always dies at once could
/// slip out of the window: `n` permitted restarts and one more fit in.
std::optional<caf::timespan> restart_delay(restart_budget& budget,
                                           const backoff& bounds,
                                           restart_budget::time_point now,
                                           double random);

} // namespace troupe
