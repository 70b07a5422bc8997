// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "options.hpp"
#include "window.hpp"

namespace cli {

/// Returns the nodes that are asked for: one, or all that answer.
std::vector<std::string> nodes_of(const options& opts, window& from);

/// Prints events of one node, or of all, and goes on with those that come if it
/// is to follow, until Ctrl-C or until no node answers any more.
exit_code show_events(const options& opts, window& from);

} // namespace cli
