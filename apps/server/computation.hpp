// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "compute_task.hpp"
#include "order.hpp"

namespace server_app {

// How an order is cut depends on the order alone, and sums are made in the
// order of tasks: equal orders have equal answers, whoever computes them.

/// Returns the tasks of an order: at least one.
std::vector<compute_task> cut(const order& x);

/// Returns the answer to an order.
/// @param results of all its tasks, in their order
nlohmann::json answer_to(const order& x,
                         const std::vector<compute_result>& results);

} // namespace server_app
