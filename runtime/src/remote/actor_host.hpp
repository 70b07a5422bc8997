// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <set>

#include "caf/actor.hpp"
#include "caf/node_id.hpp"

#include "troupe/scheduling/envelope_actor.hpp"

namespace troupe {

/// Starts registered actor types on behalf of other nodes, and ends what it
/// started for a node when that node is lost or leaves.
///
/// | accepts                             | replies                           |
/// |-------------------------------------|-----------------------------------|
/// | `(start_atom, string type, args...)`| `actor` once its init function    |
/// |                                     | has run; `unknown_actor_type`, or |
/// |                                     | why the actor has ended           |
/// | `node_event`                        | nothing; what became of a node    |
class actor_host : public envelope_actor {
public:
  explicit actor_host(caf::actor_config& cfg);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;

  bool take(caf::mailbox_element& x) override;

  void on_exit() override;

private:
  void start(caf::mailbox_element& x);

  /// What was started and lives, by the node that asked for it.
  std::map<caf::node_id, std::set<caf::actor>> started_;
};

} // namespace troupe
