// SPDX-License-Identifier: Apache-2.0

#include "link/timed_envelope.hpp"

#include <utility>

#include "caf/atom.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// A timeout that no actor has set: CAF counts them from 1 on.
caf::message cancelled_timeout() {
  return caf::make_message(caf::timeout_msg{caf::atom("receive"), 0});
}

} // namespace

timed_envelope::timed_envelope(caf::strong_actor_ptr from, caf::message_id id,
                               forwarding_stack further, caf::message content,
                               time_point deadline)
    : caf::mailbox_element(std::move(from), id, std::move(further)),
      content_(std::move(content)),
      deadline_(deadline) {
  // nop
}

caf::message& timed_envelope::current() {
  if (passed_)
    return instead_;
  if (mid.is_answered() || time_point::clock::now() < deadline_)
    return content_;
  passed_ = true;
  instead_ = cancelled_timeout();
  if (auto client = std::move(sender))
    client->enqueue(nullptr, mid.response_id(),
                    caf::make_message(make_error(
                        errc::deadline_passed,
                        "the deadline passed before the request was handled")),
                    nullptr);
  // Nobody is to answer it as well. A timeout is no request. The lane stays the
  // one in which it was counted.
  mid = caf::make_message_id(mid.is_urgent_message()
                                 ? caf::message_priority::high
                                 : caf::message_priority::normal);
  stages.clear();
  return instead_;
}

caf::type_erased_tuple& timed_envelope::content() {
  return current();
}

const caf::type_erased_tuple& timed_envelope::content() const {
  // A mailbox with a bound counts it out as what it was counted in.
  return content_;
}

caf::message timed_envelope::move_content_to_message() {
  return std::move(current());
}

caf::message timed_envelope::copy_content_to_message() const {
  return passed_ ? instead_ : content_;
}

} // namespace troupe
