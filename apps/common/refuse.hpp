// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "common/exit_code.hpp"

namespace app {

/// Prints why the program ends, as one line on standard error that begins with
/// the program's name.
/// @returns `code`
exit_code refuse(exit_code code, const std::string& text);

/// Writes out what was printed on standard output.
/// @returns `ok`, or `output` after a line on standard error if some of it
///          could not be written.
exit_code flush_stdout();

} // namespace app
