// SPDX-License-Identifier: Apache-2.0

#include "supervision/kept_envelope.hpp"

#include <typeinfo>
#include <utility>

#include "caf/message_builder.hpp"

#include "port/payload_text.hpp"

namespace troupe {

kept_envelope::kept_envelope(caf::strong_actor_ptr from, caf::message_id id,
                             forwarding_stack via, caf::message x,
                             std::vector<message_failure> history)
    : caf::mailbox_element(caf::strong_actor_ptr{from}, id,
                           forwarding_stack{via}),
      origin_(std::move(from)),
      original_mid_(id),
      original_stages_(std::move(via)),
      original_(std::move(x)),
      shown_(original_),
      history_(std::move(history)) {
  // nop
}

caf::mailbox_element_ptr kept_envelope::keep(caf::mailbox_element_ptr x) {
  if (from(x.get()) != nullptr)
    return x;
  auto payload = x->move_content_to_message();
  // CAF looks into the payload without asking whether there is one.
  if (payload.vals() == nullptr)
    payload = caf::message_builder{}.to_message();
  return caf::mailbox_element_ptr{new kept_envelope{std::move(x->sender),
                                                    x->mid,
                                                    std::move(x->stages),
                                                    std::move(payload),
                                                    {}}};
}

kept_envelope* kept_envelope::from(caf::mailbox_element* x) noexcept {
  return x != nullptr && typeid(*x) == typeid(kept_envelope)
             ? static_cast<kept_envelope*>(x)
             : nullptr;
}

caf::mailbox_element_ptr kept_envelope::copy() const {
  return caf::mailbox_element_ptr{new kept_envelope{
      origin_, original_mid_, original_stages_, original_, history_}};
}

caf::mailbox_element_ptr kept_envelope::again(message_failure why) const {
  auto history = history_;
  history.push_back(std::move(why));
  return caf::mailbox_element_ptr{new kept_envelope{
      origin_, original_mid_, original_stages_, original_, std::move(history)}};
}

quarantined_message kept_envelope::quarantined(message_failure why) const {
  quarantined_message result;
  result.sender = origin_;
  result.text = port::payload_text(original_);
  result.payload = original_;
  result.is_request = original_mid_.is_request();
  result.history = history_;
  result.history.push_back(std::move(why));
  return result;
}

caf::type_erased_tuple& kept_envelope::content() {
  return shown_;
}

const caf::type_erased_tuple& kept_envelope::content() const {
  return shown_.content();
}

caf::message kept_envelope::move_content_to_message() {
  return shown_;
}

caf::message kept_envelope::copy_content_to_message() const {
  return original_;
}

} // namespace troupe
