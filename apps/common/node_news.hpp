// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "troupe/remote/node_event.hpp"

namespace app {

/// Returns what became of a node, for people; nothing if it is not worth a
/// line.
std::string news(const troupe::node_event& x);

} // namespace app
