// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <set>
#include <string>

#include "caf/actor.hpp"
#include "caf/behavior.hpp"
#include "caf/stateful_actor.hpp"

#include "troupe/remote/node.hpp"

namespace troupe {

/// A change as the links report it, with the services of a node that came up.
struct peer_report {
  node_event event;
  caf::actor directory;
  caf::actor host;
};

/// Who is connected to this node.
struct membership_state {
  static inline const char* name = "troupe.membership";

  /// Nodes that are up, by name.
  std::map<std::string, peer_report> members;

  std::set<caf::actor> watchers;
};

/// The actor behind `node::membership`. Accepts, beside what is documented
/// there:
///
/// | accepts                    | replies                                    |
/// |----------------------------|--------------------------------------------|
/// | `(lookup_atom, string)`    | `actor`: the node's actor host, or         |
/// |                            | `unknown_node`                             |
/// | `(tell_atom, peer_report)` | nothing; a change on a link                |
///
/// @param directory Is told the directories of nodes as they come and go.
/// @param own Report of this node itself, found by `lookup` only.
caf::behavior membership(caf::stateful_actor<membership_state>* self,
                         caf::actor directory, peer_report own);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::peer_report)
