// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace troupe {

/// Prints a line about links on standard error, with `troupe.link: ` in front.
/// At most ten a second; a later one tells how many were left out. Thread-safe.
void log_link_line(std::string_view text);

} // namespace troupe
