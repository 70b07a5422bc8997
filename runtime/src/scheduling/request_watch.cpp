// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/detail/request_watch.hpp"

#include <exception>

#include "caf/abstract_actor.hpp"
#include "caf/make_message.hpp"
#include "caf/message.hpp"

namespace troupe::detail {

namespace {

thread_local request_watch* this_watch = nullptr;

} // namespace

class request_watch::envelope final : public caf::mailbox_element {
public:
  explicit envelope(caf::mailbox_element_ptr x)
      : mailbox_element(std::move(x->sender), x->mid, std::move(x->stages)),
        inner_(std::move(x)) {
    // nop
  }

  ~envelope() override {
    // An answer marks the id, a promise takes the sender.
    if (sender != nullptr && !mid.is_answered()
        && std::uncaught_exceptions() > 0 && this_watch != nullptr)
      this_watch->given_up_.emplace_back(std::move(sender), mid.response_id());
  }

  caf::type_erased_tuple& content() override {
    return inner_->content();
  }

  const caf::type_erased_tuple& content() const override {
    return std::as_const(*inner_).content();
  }

  caf::message move_content_to_message() override {
    return inner_->move_content_to_message();
  }

  caf::message copy_content_to_message() const override {
    return inner_->copy_content_to_message();
  }

private:
  caf::mailbox_element_ptr inner_;
};

request_watch::request_watch() noexcept {
  this_watch = this;
}

request_watch::~request_watch() {
  this_watch = nullptr;
}

caf::mailbox_element_ptr request_watch::watched(caf::mailbox_element_ptr x) {
  if (x->sender == nullptr || !x->mid.is_request())
    return x;
  return caf::mailbox_element_ptr{new envelope{std::move(x)}};
}

void request_watch::answer(const caf::error& why) {
  for (auto& [client, id] : std::exchange(given_up_, {}))
    client->get()->enqueue(nullptr, id, caf::make_message(why), nullptr);
}

} // namespace troupe::detail
