// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "link/wire.hpp"

namespace troupe {

class connection;
class hub;

/// Does what an arriving envelope asks for: hands a message to its receiver,
/// watches an actor for the peer, or takes notice of an exit. What cannot be
/// delivered is answered, if anybody waits for an answer.
void deliver(hub& owner, connection& link, const wire::Envelope& x);

} // namespace troupe
