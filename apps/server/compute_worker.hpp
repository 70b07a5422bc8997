// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

#include "troupe/config.hpp"

namespace server_app {

/// Name under which worker processes know it.
constexpr auto compute_worker_type = "compute";

/// Does a `compute_task`, or a batch of them. Gives up a Fibonacci number
/// within milliseconds when it is asked to; a simulation takes no longer.
caf::behavior compute_worker(caf::event_based_actor* self);

/// Registers the worker and its messages.
void add_types(troupe::config& to);

} // namespace server_app
