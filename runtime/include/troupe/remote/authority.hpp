// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/remote/etcd_options.hpp"
#include "troupe/remote/node_event.hpp"

namespace troupe {

/// Tells a membership of this process where to look for a node. Does not
/// travel.
struct seed_address {
  /// `HOST:PORT`.
  std::string text;
};

/// Knows which nodes there are, and who holds which name: what a group of nodes
/// cannot agree on by itself when its network breaks.
///
/// An authority is an actor:
///
/// | accepts                         | replies                               |
/// |---------------------------------|---------------------------------------|
/// | `(register_atom, node_contact)` | nothing; announces this node until    |
/// |                                 | the authority ends                    |
/// | `(watch_atom, actor)`           | nothing; the actor, a membership, is  |
/// |                                 | told of nodes as they come: as        |
/// |                                 | `(peer_atom, vector<node_contact>)`   |
/// |                                 | or as `seed_address`                  |
/// | `(claim_atom, string, actor)`   | `uint64_t`, a fencing token, once     |
/// |                                 | this node holds the name, which may   |
/// |                                 | take for ever; `no_authority`, or     |
/// |                                 | `name_taken` if another actor of this |
/// |                                 | node claims it                        |
/// | `(withdraw_atom, string)`       | unit; gives the name up, or calls the |
/// |                                 | claim off                             |
/// | `(lookup_atom, string)`         | name of the node that holds it and    |
/// |                                 | its token; `unknown_name`,            |
/// |                                 | `authority_unreachable`               |
///
/// A name has at most one holder, such as the leader of a group. Each holder's
/// token is higher than those before: what the holder writes to others should
/// carry it, so that they can refuse a former holder that does not know yet
/// that it is one. A holder that may have lost the name is told: its actor gets
/// `(withdraw_atom, string)`, at the latest when others may hold it, as far as
/// its process runs.
///
/// What runs goes on while an authority is away: only new nodes and claims
/// wait.
///
/// This one knows the addresses of seeds and nothing else; no name can be held.
/// It needs no server, and is what a node uses by default.
caf::behavior seed_authority(caf::event_based_actor* self,
                             std::vector<std::string> seeds);

/// An authority that is kept by etcd: nodes are registered under a lease,
/// watched, and hold names under the same lease. Tokens are revisions of etcd's
/// store. What fails is tried again with growing delays, up to 5 s.
///
/// Blocks while it calls: to be spawned with `caf::detached`.
caf::behavior etcd_authority(caf::event_based_actor* self,
                             etcd_options options);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::seed_address)
