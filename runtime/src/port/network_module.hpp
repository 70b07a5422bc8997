// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/fwd.hpp"

namespace troupe {

/// Makes systems configured by `cfg` draw a random node id at their start.
///
/// CAF's core leaves the id invalid and its io module derives it from hardware
/// and process id, which containers may share. Without a valid id, handles
/// inside messages do not survive the way to another node.
void load_network_module(caf::actor_system_config& cfg);

} // namespace troupe
