// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/error.hpp"

#include "troupe/supervision/quarantined_message.hpp"

namespace troupe {

/// What a handle tells its supervisor about messages.
enum class handle_notice : uint8_t {
  /// The message in work was lost or answered with an error.
  in_flight_lost = 1,
  /// The message in work waits for the next incarnation.
  in_flight_retried,
  /// The message in work is handed over for the quarantine.
  in_flight_quarantined,
  /// The first message of this outage was refused; see the statistics for more.
  refused,
  /// What waited in the mailbox was discarded.
  discarded,
};

/// @relates handle_notice
std::string to_string(handle_notice x);

/// A message from a handle to its supervisor. Those about the end of an
/// incarnation are sent in the incarnation's name and arrive before the notice
/// that it is down.
struct handle_report {
  handle_notice what = handle_notice::in_flight_lost;

  /// `handle_options::key`.
  uint64_t key = 0;

  /// The incarnation concerned; the last one for `refused`.
  uint64_t generation = 0;

  /// How many messages are concerned.
  uint64_t messages = 1;

  /// Failures of this message so far, for the message in work.
  uint64_t attempts = 0;

  /// Why the incarnation failed.
  caf::error reason = {};

  /// With `in_flight_quarantined`: the message, not yet numbered.
  std::optional<quarantined_message> message = {};
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::handle_report)
