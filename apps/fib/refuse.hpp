// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "exit_code.hpp"

namespace fib_app {

/// Prints why the program ends, as one line on standard error.
/// @returns `code`
exit_code refuse(exit_code code, const std::string& text);

} // namespace fib_app
