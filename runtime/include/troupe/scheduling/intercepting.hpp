// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/invoke_message_result.hpp"
#include "caf/mailbox_element.hpp"

namespace troupe {

/// A `Base`, which is an event-based actor of any kind, that may take any
/// message as it arrives, with sender, message id and forwarding stack, before
/// CAF looks for a handler.
template <class Base>
class intercepting : public Base {
public:
  using Base::Base;

protected:
  /// Looks at an arriving message.
  /// @returns `true` if the message was taken; CAF will not see it. A request
  ///          that was taken must be answered by the implementation.
  virtual bool take(caf::mailbox_element& x) = 0;

  /// Is told of a message that was not taken, but skipped by the behavior: it
  /// will arrive again.
  virtual void skipped(const caf::mailbox_element&) {
    // nop
  }

private:
  caf::invoke_message_result consume(caf::mailbox_element& x) final {
    this->current_mailbox_element(&x);
    if (take(x))
      return caf::invoke_message_result::consumed;
    auto result = Base::consume(x);
    if (result == caf::invoke_message_result::skipped)
      skipped(x);
    return result;
  }
};

} // namespace troupe
