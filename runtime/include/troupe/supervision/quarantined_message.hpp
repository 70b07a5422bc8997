// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/message.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/timestamp.hpp"

namespace troupe {

/// One incarnation that a message has killed.
struct message_failure {
  /// Which incarnation of the child it was.
  uint64_t generation = 0;

  /// Why it ended, exception text included.
  caf::error reason;

  caf::timestamp time;
};

/// @relates message_failure
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, message_failure& x) {
  return f(caf::meta::type_name("message_failure"), x.generation, x.reason,
           x.time);
}

/// A message that was set aside because it kept killing its actor.
///
/// Who asked has been answered with `errc::quarantined`; a replay is therefore
/// a plain message without an answer.
struct quarantined_message {
  /// Under which it can be replayed or discarded; given by the quarantine.
  uint64_t number = 0;

  /// Whose message it was: the child's id, filled in by its supervisor.
  std::string child;

  /// Who sent it; null if anonymous.
  caf::strong_actor_ptr sender;

  /// The payload for people, cut off where it is long; its types where it
  /// cannot be rendered.
  std::string text;

  /// The payload as it was sent.
  caf::message payload;

  /// Whether it was a request.
  bool is_request = false;

  /// Oldest first.
  std::vector<message_failure> history;
};

/// @relates quarantined_message
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, quarantined_message& x) {
  return f(caf::meta::type_name("quarantined_message"), x.number, x.child,
           x.sender, x.text, x.payload, x.is_request, x.history);
}

} // namespace troupe
