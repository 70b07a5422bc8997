// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "summary.hpp"
#include "task_list.hpp"

namespace fib_app {

/// Whether text goes to a terminal that shows colours.
enum class colours : uint8_t { off = 1, on };

/// Returns `colours::on` if standard output is a terminal and the environment
/// has no `NO_COLOR` (see no-color.org).
colours colours_of_stdout();

/// Returns what is computed, such as `10 x fib(40)` or
/// `500 tasks, fib(20) to fib(35)`.
/// @pre `!x.empty()`
std::string title(const task_list& x);

/// Returns the run as a page for people.
std::string report(const summary& x, colours c);

} // namespace fib_app
