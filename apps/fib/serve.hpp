// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>

#include "troupe/remote/node.hpp"

#include "common/interruption.hpp"
#include "counted_worker.hpp"

namespace fib_app {

/// Says that the node is ready, works for others until SIGINT or SIGTERM, and
/// says how many tasks it did.
void serve(const troupe::node& node, const troupe::node_options& options,
           const task_counter& answered, app::interruption& stop);

} // namespace fib_app
