// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "caf/expected.hpp"

#include "task_list.hpp"

namespace fib_app {

/// A longer line is refused.
inline constexpr size_t max_line_bytes = 4'096;

/// Reads tasks: one n a line, or CSV whose header has a column `n`.
///
/// The first line decides which: a number is the first task, anything else is
/// a header. Other columns are ignored, as are blank lines, a byte order mark
/// and the carriage returns of Windows. Fields of CSV may be quoted, but no
/// field may hold a line break.
/// @param name what errors call the input
/// @returns the tasks, or `errc::bad_input` with one line that names input,
///          line number and value.
caf::expected<task_list> parse_tasks(std::istream& in, const std::string& name);

/// Reads tasks from a file, or from standard input for `-`.
caf::expected<task_list> read_tasks(const std::string& path);

} // namespace fib_app
