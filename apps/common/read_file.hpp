// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "caf/expected.hpp"

namespace app {

/// Returns what is in a file of at most `max_bytes`, `-` for standard input.
/// @returns `errc::bad_input` with one line for people if it cannot be read or
///          is larger.
caf::expected<std::string> read_file(const std::string& name,
                                     uint64_t max_bytes);

} // namespace app
