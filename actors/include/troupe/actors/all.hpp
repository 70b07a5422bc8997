// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "troupe/config.hpp"

namespace troupe {

/// Registers the message types of all actors of this library. Nodes that are to
/// be linked must have the same ones.
void add_actor_message_types(config& to);

/// Lets other nodes and worker processes start all actors of this library, and
/// registers their message types.
void add_actor_types(config& to);

/// Returns the names under which `add_actor_types` registers them.
std::vector<std::string> actor_type_names();

} // namespace troupe
