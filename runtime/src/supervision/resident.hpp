// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "caf/actor.hpp"
#include "caf/message.hpp"

#include "supervision/child_handle.hpp"
#include "troupe/supervision/child_spec.hpp"

namespace troupe {

/// Who lives in a place: what is needed to start and to reach a child.
struct resident {
  /// Shared among dynamic children. Null if the place is not in use.
  std::shared_ptr<const child_spec> spec;

  /// Owned by the supervisor's index.
  const std::string* id = nullptr;

  /// Null while no incarnation is to come.
  child_handle::pointer handle;

  /// Null while there is none.
  caf::actor incarnation;

  /// The newest one, empty if there is none.
  caf::message checkpoint;

  /// How the last incarnation died that was at fault; null if none was.
  std::unique_ptr<const std::string> last_death = {};

  /// Tells children apart that had the same place.
  uint32_t serial = 0;
};

} // namespace troupe
