// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/error.hpp"

#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/observer_action.hpp"
#include "troupe/pool/pool_event.hpp"
#include "troupe/remote/node_event.hpp"
#include "troupe/supervision/supervision_event.hpp"

namespace troupe {

// Make one kind of event of many. Number, time and node are left to the caller.

observed_event to_event(const supervision_event& x);

observed_event to_event(const node_event& x);

/// @param pool The pool's name.
observed_event to_event(const pool_event& x, const std::string& pool);

/// @param who Name of the node that asked, empty for this process.
/// @param why Why it failed, if it did.
observed_event to_event(const observer_action& x, const std::string& who,
                        const caf::error& why);

/// A root, a supervisor or a pool, has ended.
observed_event root_ended(const std::string& name, const caf::error& why);

} // namespace troupe
