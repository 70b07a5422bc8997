// SPDX-License-Identifier: Apache-2.0

#include "process/held_message.hpp"

#include <utility>

#include "supervision/kept_envelope.hpp"

namespace troupe {

held_message held_message::take(caf::mailbox_element& x) {
  auto kept = kept_envelope::from(&x);
  return {.sender = std::move(x.sender),
          .mid = x.mid,
          .stages = std::move(x.stages),
          .content = x.move_content_to_message(),
          .kept = kept != nullptr ? kept->copy() : nullptr};
}

caf::mailbox_element_ptr held_message::envelope() const {
  if (is_kept())
    return kept_envelope::from(kept.get())->copy();
  return caf::make_mailbox_element(
      caf::strong_actor_ptr{sender}, mid,
      caf::mailbox_element::forwarding_stack{stages}, caf::message{content});
}

void held_message::answer(caf::strong_actor_ptr from, caf::message reply,
                          caf::execution_unit* context) const {
  if (!stages.empty()) {
    auto rest = stages;
    auto next = std::move(rest.back());
    rest.pop_back();
    next->enqueue(caf::make_mailbox_element(caf::strong_actor_ptr{sender}, mid,
                                            std::move(rest), std::move(reply)),
                  context);
  } else if (sender && mid.is_request()) {
    sender->enqueue(caf::make_mailbox_element(std::move(from),
                                              mid.response_id(), {},
                                              std::move(reply)),
                    context);
  }
}

} // namespace troupe
