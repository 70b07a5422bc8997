// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "caf/timespan.hpp"

namespace app {

/// Returns a time for people, with three digits and the unit that suits it:
/// `1.35 ms`, `2.84 s`, `12.3 s`, `3 min 20 s`, `2 h 05 min`.
std::string human(caf::timespan x);

/// Returns a number of things: `1 core`, `2 cores`.
std::string plural(uint64_t n, std::string_view word);

} // namespace app
