// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"

#include "supervision/plan_action.hpp"

namespace troupe {

/// Has `child` send a `child_down` to `supervisor` when it ends, or at once if
/// it has ended. Unlike a monitor, the notice names the incarnation, so that
/// nobody has to search for it.
void notify_of_end(const caf::actor& child, caf::weak_actor_ptr supervisor,
                   child_ref who);

} // namespace troupe
