// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/error.hpp"

namespace troupe {

/// Returns the name of an error's code, such as `link_full`, one of a limited
/// number of words: fit for counting errors by it.
std::string error_word(const caf::error& x);

} // namespace troupe
