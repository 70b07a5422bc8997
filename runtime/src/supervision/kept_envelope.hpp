// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <vector>

#include "caf/mailbox_element.hpp"
#include "caf/message.hpp"

#include "troupe/supervision/quarantined_message.hpp"

namespace troupe {

/// A message that stays as it was sent while a handler works on it, and
/// remembers which incarnations it has killed.
///
/// Its payload counts as shared, so that CAF gives a copy to a handler that
/// takes its arguments by mutable reference; all others see the original.
class kept_envelope final : public caf::mailbox_element {
public:
  /// Returns `x` as an envelope that keeps its message.
  static caf::mailbox_element_ptr keep(caf::mailbox_element_ptr x);

  /// Returns `x` as what it is, or null if it is another kind of envelope.
  static kept_envelope* from(caf::mailbox_element* x) noexcept;

  /// Makes a new envelope like this one was at first.
  caf::mailbox_element_ptr copy() const;

  /// Makes a new envelope like this one was at first, with one more failure.
  caf::mailbox_element_ptr again(message_failure why) const;

  /// Returns what is to be set aside after one more failure.
  quarantined_message quarantined(message_failure why) const;

  /// Who sent it, though a promise may have taken the sender away.
  const caf::strong_actor_ptr& origin() const noexcept {
    return origin_;
  }

  caf::message_id original_mid() const noexcept {
    return original_mid_;
  }

  const caf::message& original() const noexcept {
    return original_;
  }

  const std::vector<message_failure>& history() const noexcept {
    return history_;
  }

  caf::type_erased_tuple& content() override;

  const caf::type_erased_tuple& content() const override;

  caf::message move_content_to_message() override;

  caf::message copy_content_to_message() const override;

private:
  kept_envelope(caf::strong_actor_ptr from, caf::message_id id,
                forwarding_stack via, caf::message x,
                std::vector<message_failure> history);

  caf::strong_actor_ptr origin_;
  caf::message_id original_mid_;
  forwarding_stack original_stages_;
  caf::message original_;
  caf::message shown_;
  std::vector<message_failure> history_;
};

} // namespace troupe
