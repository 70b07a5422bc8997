// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace troupe {

/// Returns the element of `known` that a person who wrote `x` most likely
/// meant, the first one of several. Nothing if none is like it: more than half
/// of the characters of `x` would have to change (Levenshtein distance).
std::optional<std::string> nearest(std::string_view x,
                                   std::span<const std::string> known);

} // namespace troupe
