// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/actor.hpp"

namespace troupe {

/// Returns what `x` is doing just now in one line, as far as that is known: of
/// cells of this process.
std::string activity_of(const caf::actor& x);

} // namespace troupe
