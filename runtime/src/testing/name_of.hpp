// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/actor_control_block.hpp"

namespace troupe {

/// Returns an actor's name and number, such as `troupe.pool #3`, or `nobody`.
std::string name_of(const caf::strong_actor_ptr& x);

} // namespace troupe
