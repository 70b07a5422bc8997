// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace app {

/// Returns foreign text in quotes, fit for one line of an error message:
/// control and non-ASCII bytes as `\xNN`, at most 40 characters of it.
std::string excerpt(std::string_view text);

} // namespace app
