// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <utility>
#include <vector>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/message_id.hpp"

namespace troupe::detail {

/// Answers the requests that a blocking actor's handlers have thrown at.
///
/// CAF answers what waits in the mailbox of a blocking actor that ends, but
/// forgets the request in work. A request that goes through `watched` tells the
/// watch of its thread if an exception destroys it unanswered.
class request_watch {
public:
  /// Watches over the calling thread until it is destroyed.
  request_watch() noexcept;

  ~request_watch();

  request_watch(const request_watch&) = delete;

  request_watch& operator=(const request_watch&) = delete;

  /// Returns `x` as an envelope that tells of its end if it is a request.
  static caf::mailbox_element_ptr watched(caf::mailbox_element_ptr x);

  /// Answers all requests that were given up so far.
  void answer(const caf::error& why);

private:
  class envelope;

  std::vector<std::pair<caf::strong_actor_ptr, caf::message_id>> given_up_;
};

} // namespace troupe::detail
