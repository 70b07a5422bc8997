// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include "troupe/remote/node.hpp"

namespace app {

/// Returns the address that a node listens on, if it does, with the port in use
/// if port 0 was asked for.
std::optional<std::string> listen_address(const troupe::node& node,
                                          const troupe::node_options& options);

/// Returns where a node can be reached, such as `a on 127.0.0.1:4000`, with the
/// port in use if port 0 was asked for.
std::string whereabouts(const troupe::node& node,
                        const troupe::node_options& options);

} // namespace app
