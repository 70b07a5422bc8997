// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "caf/timespan.hpp"

// Numbers with a unit, as people write them in options and read them in
// messages. The readers return nothing for any other text, also when the value
// does not fit the result.

namespace troupe {

/// Reads a whole number such as `42`.
std::optional<uint64_t> parse_count(std::string_view text);

/// Reads a number of bytes such as `4096`, `64KiB`, `64 MiB` or `1GiB`.
std::optional<uint64_t> parse_bytes(std::string_view text);

/// Reads a time such as `250ms`, `5 s` or `2min`; the unit is required.
std::optional<caf::timespan> parse_duration(std::string_view text);

/// Returns `x` with the largest suffix that leaves a whole number, `64MiB`.
std::string format_bytes(uint64_t x);

/// Returns `x` with the largest unit that leaves a whole number, `5s`.
std::string format_duration(caf::timespan x);

} // namespace troupe
