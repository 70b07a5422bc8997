// SPDX-License-Identifier: Apache-2.0

#include "supervision/envelopes.hpp"

#include "caf/message.hpp"
#include "caf/stream.hpp"
#include "caf/system_messages.hpp"
#include "caf/type_nr.hpp"

namespace troupe {

bool is_users(const caf::mailbox_element& x) {
  if (x.mid.is_response() || x.mid.is_stream_message())
    return false;
  switch (x.content().type_token()) {
    case caf::make_type_token<caf::exit_msg>():
    case caf::make_type_token<caf::down_msg>():
    case caf::make_type_token<caf::timeout_msg>():
    case caf::make_type_token<caf::open_stream_msg>():
      return false;
    default:
      return true;
  }
}

void answer(const caf::strong_actor_ptr& sender, caf::message_id mid,
            const caf::error& reason) {
  if (sender && mid.is_request())
    sender->enqueue(nullptr, mid.response_id(), caf::make_message(reason),
                    nullptr);
}

} // namespace troupe
