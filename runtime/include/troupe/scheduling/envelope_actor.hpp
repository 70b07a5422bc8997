// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/event_based_actor.hpp"
#include "caf/mailbox_element.hpp"

namespace troupe {

/// An event-based actor that may take any message as it arrives, with sender,
/// message id and forwarding stack, before CAF looks for a handler.
///
/// For actors that pass messages of unknown types on, requests and responses
/// alike, which a `caf::behavior` cannot express.
class envelope_actor : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;

protected:
  /// Looks at an arriving message.
  /// @returns `true` if the message was taken; CAF will not see it. A request
  ///          that was taken must be answered by the implementation.
  virtual bool take(caf::mailbox_element& x) = 0;

private:
  caf::invoke_message_result consume(caf::mailbox_element& x) final;
};

} // namespace troupe
