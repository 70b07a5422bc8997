// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/node_id.hpp"

#include "base/node_name.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/remote/node_event.hpp"

namespace troupe {

/// A linked node as an observer knows it.
struct observed_peer {
  node_event event;

  /// Null while there is none.
  caf::actor observer;
};

/// What an observer knows of the world.
struct observer_context {
  /// Name and id of this node.
  std::string name;
  caf::node_id id;

  std::map<std::string, caf::actor> supervisors;
  std::map<std::string, caf::actor> pools;

  /// By name; only nodes that are linked.
  std::map<std::string, observed_peer> peers;

  /// Has the worker processes; null if there are none.
  caf::actor processes;

  /// Returns the name of a node, empty if it is not known.
  std::string name_of(const caf::node_id& x) const {
    if (x == id)
      return name;
    for (auto& [key, peer] : peers)
      if (peer.event.id == x)
        return key;
    return {};
  }
};

/// Returns whether a node is of no interest by itself.
inline bool is_tool(const node_event& x) {
  return x.roles.size() == 1 && x.roles.front() == tool_role;
}

} // namespace troupe
