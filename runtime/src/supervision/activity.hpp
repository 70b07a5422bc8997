// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "caf/actor.hpp"

#include "troupe/supervision/supervision_event.hpp"

namespace troupe {

/// Returns what `x` is doing just now in one line, as far as that is known: of
/// cells of this process.
std::string activity_of(const caf::actor& x);

/// Returns the last messages of `x`, oldest first, one line each; empty if that
/// is not known. Also of an actor that has ended.
std::vector<std::string> last_messages_of(const caf::actor& x);

} // namespace troupe
