// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/envelope_actor.hpp"

#include "caf/invoke_message_result.hpp"

namespace troupe {

caf::invoke_message_result envelope_actor::consume(caf::mailbox_element& x) {
  current_mailbox_element(&x);
  if (take(x))
    return caf::invoke_message_result::consumed;
  return caf::event_based_actor::consume(x);
}

} // namespace troupe
