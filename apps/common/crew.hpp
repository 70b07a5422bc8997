// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/behavior.hpp"
#include "caf/node_id.hpp"
#include "caf/stateful_actor.hpp"

#include "troupe/location/starter.hpp"

namespace app {

/// Makes a starter for a worker on the node with that name.
using remote_starter = std::function<troupe::starter(const std::string&)>;

struct crew_state {
  struct home {
    /// Tells a node from an earlier one of the same name.
    caf::node_id id;

    /// Its workers in the pool.
    std::vector<size_t> slots;
  };

  std::map<std::string, home> homes;

  static inline const char* name = "app.crew";
};

/// Gives a pool its workers: at once those of this process, and those of other
/// nodes in step with the nodes that are there. A node that comes up, at any
/// time, gets as many workers as it offers; those of a node that is gone are
/// withdrawn.
///
/// Accepts each `troupe::node_event` of a membership.
caf::behavior crew(caf::stateful_actor<crew_state>* self, caf::actor pool,
                   std::vector<troupe::starter> local, remote_starter start_on);

} // namespace app
