// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

namespace server_app {

/// Name under which worker processes know it.
constexpr auto compute_worker_type = "compute";

/// Does the tasks of all orders: those of `troupe::fib_worker` and of
/// `troupe::particle_worker`.
caf::behavior compute_worker(caf::event_based_actor* self);

} // namespace server_app
