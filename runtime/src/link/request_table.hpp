// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/message_id.hpp"

namespace troupe {

class session;

/// The requests of this node that wait for answers from others, and over which
/// link each has left: only over that one it can be answered. Thread-safe.
class request_table {
public:
  /// Requests that may wait at the same time.
  static constexpr size_t max_size = 1'000'000;

  /// Books a request that is about to leave.
  /// @returns whether there was room.
  [[nodiscard]] bool book(const session& via, caf::strong_actor_ptr client,
                          caf::message_id request);

  /// Returns whether `client` waits for `response` from the peer of `via`.
  bool waits(const session& via, caf::actor_id client,
             caf::message_id response);

  /// The response has come over `via`, or the request was not sent.
  /// @returns whether anybody waited for it.
  bool erase(const session& via, caf::actor_id client,
             caf::message_id response);

  /// Answers all requests that were sent `via` a session with `why`.
  void fail(const session& via, const caf::error& why);

private:
  using key = std::pair<caf::actor_id, caf::message_id>;

  struct entry {
    const session* via;
    caf::weak_actor_ptr client;
  };

  std::mutex mtx_;
  std::map<key, entry> entries_;
};

} // namespace troupe
