// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/message_policy.hpp"

namespace troupe {

std::string to_string(mailbox_policy x) {
  switch (x) {
    case mailbox_policy::keep:
      return "keep";
    case mailbox_policy::discard:
      return "discard";
  }
  return "unknown";
}

std::string to_string(in_flight_policy x) {
  switch (x) {
    case in_flight_policy::reply_error:
      return "reply_error";
    case in_flight_policy::drop:
      return "drop";
    case in_flight_policy::retry:
      return "retry";
  }
  return "unknown";
}

} // namespace troupe
