// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"
#include "caf/message_id.hpp"

#include "troupe/scheduling/trace.hpp"

namespace troupe {

class hub;
class session;

/// A message that has come from a peer, without its content.
struct arrival {
  caf::actor_id to = 0;
  caf::strong_actor_ptr sender;
  caf::message_id id;
  caf::mailbox_element::forwarding_stack stages;

  /// When it is of no use any more.
  std::optional<std::chrono::steady_clock::time_point> deadline;

  /// What it belongs to.
  std::optional<trace_context> trace = std::nullopt;

  /// Who has sent it.
  session* from = nullptr;
};

/// Answers a request with `why`; a response becomes an error response. Any
/// other message is a dead letter. What breaks the rules is a line of the log.
/// @param content The message, or its types, for people.
void refuse(hub& owner, arrival& x, const caf::error& why,
            std::string_view content);

/// Hands a message to its receiver. Without one, a request is answered with
/// `sec::request_receiver_down`; after its deadline, with
/// `errc::deadline_passed`.
void deliver(hub& owner, arrival& x, caf::message content);

/// Hands an exit message to its receiver.
void deliver_exit(hub& owner, caf::actor_id to, caf::strong_actor_ptr from,
                  caf::error why);

/// Has the peer told when the actor `id` ends; at once if it has.
void attach_monitor(hub& owner, session& peer, caf::actor_id id);

} // namespace troupe
