// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/actor.hpp"
#include "caf/fwd.hpp"

#include "troupe/testing/fault_plan.hpp"

namespace troupe {

/// Returns an actor that hands messages on to `target`, except for those that
/// `plan` strikes: an unreliable way to an actor that the test has not started
/// itself. What `target` replies does not come this way.
///
/// It has no mailbox and hands on in the sender's thread. It ends when `target`
/// does, with the same reason, and not earlier: exit messages go to `target`.
/// `throws` and `quits` end `target` from outside, by an exit message with
/// `errc::unhandled_exception` or the given reason ahead of all that waits; the
/// message that was struck is lost.
caf::actor unreliable(caf::actor_system& sys, fault_plan plan,
                      const caf::actor& target);

} // namespace troupe
