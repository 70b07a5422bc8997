// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/error.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message_id.hpp"

namespace troupe {

/// Whether `x` is a message of the program's own, rather than a response or
/// something between an actor and its runtime: what may go to another
/// incarnation.
bool is_users(const caf::mailbox_element& x);

/// Answers a request of `sender` with `reason`; no effect on other messages.
void answer(const caf::strong_actor_ptr& sender, caf::message_id mid,
            const caf::error& reason);

} // namespace troupe
