// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "common/page.hpp"
#include "summary.hpp"
#include "task_list.hpp"

namespace fib_app {

/// Returns what is computed, such as `10 x fib(40)` or
/// `500 tasks, fib(20) to fib(35)`.
/// @pre `!x.empty()`
std::string title(const task_list& x);

/// Returns the run as a page for people.
std::string report(const summary& x, app::colours c);

} // namespace fib_app
