// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace troupe {

/// What becomes of the messages that wait in a child's mailbox when the child
/// fails.
enum class mailbox_policy : uint8_t {
  /// The next incarnation gets them, in order.
  keep = 1,
  /// Requests are answered with the reason of the failure, the rest is dropped.
  discard,
};

/// @relates mailbox_policy
std::string to_string(mailbox_policy x);

/// What becomes of the message that a child handled when it failed.
enum class in_flight_policy : uint8_t {
  /// A request is answered with the reason of the failure; a plain message is
  /// dropped. So is a request whose handler had made a response promise before
  /// it failed: nothing else could answer it, and its sender sees its timeout.
  reply_error = 1,
  /// The message is dropped, and a request is not answered: its sender sees its
  /// own timeout.
  drop,
  /// The next incarnation gets it first. A message that goes on killing is put
  /// into quarantine.
  retry,
};

/// @relates in_flight_policy
std::string to_string(in_flight_policy x);

/// Policy for the message in work. A child on another node has to have
/// `reply_error`: nothing comes back from there.
struct in_flight_options {
  in_flight_policy policy = in_flight_policy::reply_error;

  /// With `retry`, how often a message is handled again after it killed the
  /// child. The failure after that puts it into quarantine; zero does so at the
  /// first.
  size_t retries = 2;
};

} // namespace troupe
