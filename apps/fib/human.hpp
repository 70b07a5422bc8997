// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/timespan.hpp"

namespace fib_app {

/// Returns a time for people, with three digits and the unit that suits it:
/// `1.35 ms`, `2.84 s`, `12.3 s`, `3 min 20 s`, `2 h 05 min`.
std::string human(caf::timespan x);

} // namespace fib_app
