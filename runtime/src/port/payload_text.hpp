// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/message.hpp"

namespace troupe::port {

/// Renders `x` for people, as in `(7, "abc")`, cut off at about 500 characters.
/// Of an element that is longer than a few kilobytes, or cannot be rendered,
/// only the type is named; an element whose own rendering throws counts as
/// such.
std::string payload_text(const caf::message& x);

/// Returns what a message begins with: the text of an atom, or else the name of
/// a type. Empty for an empty message.
std::string first_type_text(const caf::message& x);

} // namespace troupe::port
