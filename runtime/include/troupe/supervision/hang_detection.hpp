// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "caf/timespan.hpp"

namespace troupe {

/// What a supervisor does about a child that is stuck in a message.
enum class stuck_policy : uint8_t {
  /// Tells the watchers.
  warn = 1,
  /// Also sets the `cancel_token` of the child for this message. What the
  /// handler does about it is its own affair.
  cancel,
  /// As `cancel`; if the child is still stuck after `grace`, gives it up: it is
  /// told to exit, counted as disowned, and no longer waited for. That is a
  /// failure of the child, which is restarted by the usual rules: until the
  /// stuck handler returns, two incarnations exist. What it has in its mailbox
  /// goes to the new one only then: behind a handler that never returns,
  /// requests without a timeout wait for ever. Give them one, or start such a
  /// child in a process of its own, which can be killed.
  replace,
};

/// @relates stuck_policy
std::string to_string(stuck_policy x);

/// How long one message of a child may take. Only a cell can be watched, see
/// `troupe::spawn`; another node refuses to start anything else for a child
/// that is to be watched, with `errc::bad_hang_limit`.
struct hang_detection {
  /// A message that takes longer makes the child count as stuck. Noticed up to
  /// a quarter later, on another node up to a half.
  caf::timespan longest = std::chrono::seconds{10};

  stuck_policy policy = stuck_policy::warn;

  /// With `replace`, the time between the request to cancel and giving up.
  caf::timespan grace = std::chrono::seconds{1};
};

} // namespace troupe
