// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/error.hpp"

#include "supervision/plan_action.hpp"

namespace troupe {

/// An incarnation has ended; sent by it on its way out, after all that it has
/// sent before.
struct child_down {
  child_ref who;
  caf::error reason;
};

/// A child that is a supervisor exists, though it is not ready yet. From here
/// on it can be told to exit.
struct child_reachable {
  std::string id;
  uint64_t generation;
  caf::actor who;
};

/// The supervisor's timer.
struct plan_due {
  std::chrono::steady_clock::time_point time;
};

/// Time to look for children that are stuck.
struct look_for_stuck {};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_down)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_reachable)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::plan_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::look_for_stuck)
