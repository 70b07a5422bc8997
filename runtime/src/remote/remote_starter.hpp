// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/actor.hpp"

#include "troupe/location/starter.hpp"
#include "troupe/remote/remote_start.hpp"

#include "remote/placement.hpp"

namespace troupe {

/// Makes a starter that has `membership` start an actor on a node that fits.
///
/// A child of a supervisor may wait for a node: its start may then take the
/// patience in addition to the supervisor's own timeout, and can be called off
/// by the supervisor at any time.
starter remote_starter(const caf::actor& membership, start_place where,
                       remote_start what);

} // namespace troupe
