// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/fwd.hpp"

namespace troupe {

/// Makes systems configured by `cfg` run on the scheduler that the atom under
/// `scheduler.policy` names when they start: `troupe`, or one of CAF's own,
/// `stealing`, `sharing` and `testing`. Any other value means `troupe`.
void load_selected_scheduler(caf::actor_system_config& cfg);

} // namespace troupe
