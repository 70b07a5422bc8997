// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>

#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"

namespace troupe {

/// A request in a mailbox that is of use only until its deadline.
///
/// Whoever looks at it later sees, instead of its content, a timeout that has
/// been cancelled: event-based actors of all kinds drop that without a word.
/// At that moment the request is answered with `errc::deadline_passed`.
class timed_envelope final : public caf::mailbox_element {
public:
  using time_point = std::chrono::steady_clock::time_point;

  timed_envelope(caf::strong_actor_ptr sender, caf::message_id id,
                 forwarding_stack stages, caf::message content,
                 time_point deadline);

  caf::type_erased_tuple& content() override;

  const caf::type_erased_tuple& content() const override;

  caf::message move_content_to_message() override;

  caf::message copy_content_to_message() const override;

private:
  /// Decides when it is looked at, and sticks to that.
  caf::message& current();

  /// Stays as it is: a handler may be at work with it.
  caf::message content_;
  caf::message instead_;
  time_point deadline_;
  bool passed_ = false;
};

} // namespace troupe
