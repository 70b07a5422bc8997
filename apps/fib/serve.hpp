// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>

#include "troupe/remote/node.hpp"

#include "counted_worker.hpp"
#include "interruption.hpp"

namespace fib_app {

/// Returns where a node can be reached, such as `a on 127.0.0.1:4000`, with the
/// port in use if port 0 was asked for.
std::string whereabouts(const troupe::node& node,
                        const troupe::node_options& options);

/// Says that the node is ready, works for others until SIGINT or SIGTERM, and
/// says how many tasks it did.
void serve(const troupe::node& node, const troupe::node_options& options,
           const task_counter& answered, interruption& stop);

} // namespace fib_app
