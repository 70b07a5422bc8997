// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "summary.hpp"

namespace fib_app {

/// Returns the run as one JSON object on one line, without a line break. The
/// keys are listed in `--help`.
std::string to_json(const summary& x);

} // namespace fib_app
