// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace troupe {

/// Returns `x` in double quotes, fit for one line of a message to people:
/// control characters are escaped, and of a long text only the beginning is
/// shown.
std::string in_quotes(std::string_view x);

} // namespace troupe
