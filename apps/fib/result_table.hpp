// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <string>

#include "common/output_file.hpp"
#include "ledger.hpp"

namespace fib_app {

/// Finds the name of the node that a worker ran on.
using node_names = std::function<std::string(const ledger::worker&)>;

/// Returns the answers as CSV, `task,n,result,worker,node,ms` and one row a
/// task in the order of the input. Tasks and workers count from 1; `ms` is the
/// time in the worker. Tasks without answer have no row.
/// @pre `books` outlives the result
app::output_file::source result_table(const ledger& books, node_names name_of);

} // namespace fib_app
