// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "caf/actor_control_block.hpp"
#include "caf/fwd.hpp"

namespace troupe {

/// Stand-ins for actors of other nodes that have made a request which this node
/// passes on to a third one.
///
/// The third node sees the stand-in as the client, and answers it; the answer
/// is passed back over the link that the request came by. So the client's node
/// takes answers only from the node that it has asked, and the third one need
/// not be linked to it. A stand-in lives as long as its client. Thread-safe.
class relays {
public:
  explicit relays(caf::actor_system& sys);

  ~relays();

  /// Returns the actor of this node that stands in for `client`.
  caf::strong_actor_ptr of(const caf::strong_actor_ptr& client);

private:
  class table;

  caf::actor_system& system_;
  std::shared_ptr<table> table_;
};

} // namespace troupe
