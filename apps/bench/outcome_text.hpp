// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "work.hpp"

namespace bench {

/// Returns `x` as the lines that a process of one run prints: for each value
/// `metric|unit|higher or lower|value`, for each note `note|text`.
std::string to_lines(const outcome& x);

/// Reads such lines; others are skipped.
outcome from_lines(std::string_view text);

} // namespace bench
