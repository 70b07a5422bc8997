// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "ledger.hpp"

namespace demo {

/// Returns a few lines for people.
std::string to_text(const summary& x);

/// Returns one line of JSON.
std::string to_json(const summary& x);

} // namespace demo
