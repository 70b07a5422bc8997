// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "caf/actor_control_block.hpp"
#include "caf/fwd.hpp"

namespace troupe {

/// Remembers which actors have run, to know those that do not end.
class roll_call {
public:
  void note(const caf::local_actor& x);

  /// Returns the actors that run and count as running, oldest first.
  std::vector<caf::strong_actor_ptr> running() const;

private:
  void forget_ended();

  std::map<caf::actor_id, caf::weak_actor_ptr> seen_;
  size_t next_purge_ = 64;
};

} // namespace troupe
