// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fib_app {

/// Splits one line of CSV as RFC 4180 has it: fields between commas, optional
/// double quotes around a field, two of them inside for one.
/// @returns nothing for a quote that is not closed on the line, or text behind
///          a closing quote.
std::optional<std::vector<std::string>> split_csv(std::string_view line);

} // namespace fib_app
