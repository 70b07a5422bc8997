// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "caf/actor_control_block.hpp"
#include "caf/message.hpp"
#include "caf/timespan.hpp"

#include "troupe/scheduling/cell_hooks.hpp"

namespace troupe {

/// What an actor is started as: what its owner knows of it, and what it will
/// know of itself, see `child_context`.
struct start_context {
  /// Id of the child whose incarnation this is; empty for actors without one.
  std::string child = {};

  /// Number of the incarnation.
  uint64_t generation = 0;

  /// How long the start may take. Without a value, as long as it likes.
  std::optional<caf::timespan> timeout = std::nullopt;

  /// The newest checkpoint of an earlier incarnation, empty if there is none.
  caf::message checkpoint = {};

  /// A checkpoint with more bytes, as serialized, is refused.
  uint64_t max_checkpoint_bytes = 1 << 20;

  /// What the owner wants done when the actor ends, if that is a cell.
  cell_hooks hooks = {};

  /// Who keeps its checkpoints; null for whoever starts it.
  caf::weak_actor_ptr keeper = {};

  /// Whether the owner looks how long its messages take: it must be a cell.
  bool watched = false;
};

} // namespace troupe
