// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>

#include "caf/actor_control_block.hpp"
#include "caf/execution_unit.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"
#include "caf/message_id.hpp"

#include "troupe/scheduling/trace.hpp"

namespace troupe {

/// A message for the actor in a worker process, until it is answered or done.
struct held_message {
  /// Takes a message over; it must not be answered by anybody else.
  static held_message take(caf::mailbox_element& x);

  bool is_request() const noexcept {
    return mid.is_request();
  }

  /// Whether its owner wants to send it again after a failure.
  bool is_kept() const noexcept {
    return kept != nullptr;
  }

  /// Makes the envelope in which the message came.
  caf::mailbox_element_ptr envelope() const;

  /// Answers as the actor `from` would, if anybody asked.
  void answer(caf::strong_actor_ptr from, caf::message reply,
              caf::execution_unit* context) const;

  caf::strong_actor_ptr sender;
  caf::message_id mid;
  caf::mailbox_element::forwarding_stack stages;
  caf::message content;

  /// The envelope, if it is one that remembers its failures.
  caf::mailbox_element_ptr kept = nullptr;

  /// What it belongs to.
  std::optional<trace_context> trace = {};

  /// Id of the request by which the process has it, 0 while it waits.
  uint64_t request = 0;
};

} // namespace troupe
