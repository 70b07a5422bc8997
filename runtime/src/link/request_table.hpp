// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/message_id.hpp"

namespace troupe {

class session;

/// The requests of this node that wait for answers from others. Thread-safe.
///
/// One table for all peers, because a request may be delegated: then another
/// node answers than the one that was asked.
class request_table {
public:
  /// Requests that may wait at the same time.
  static constexpr size_t max_size = 1'000'000;

  static constexpr size_t max_foreign = 65'536;

  /// Books a request that is about to leave.
  /// @returns whether there was room.
  [[nodiscard]] bool book(const session& via, caf::strong_actor_ptr client,
                          caf::message_id request);

  /// Books a request that an actor of a third node has made. Its answer goes
  /// there directly and is not seen here, so that only the newest
  /// `max_foreign` are remembered.
  void book_foreign(const session& via, caf::strong_actor_ptr client,
                    caf::message_id request);

  /// Returns whether `client` waits for `response`.
  bool waits(caf::actor_id client, caf::message_id response);

  /// The response has come, or the request was not sent.
  /// @returns whether anybody waited for it.
  bool erase(caf::actor_id client, caf::message_id response);

  /// Answers all requests that were sent `via` a session with `why`.
  void fail(const session& via, const caf::error& why);

private:
  using key = std::pair<caf::actor_id, caf::message_id>;

  struct entry {
    const session* via;
    caf::weak_actor_ptr client;
  };

  struct foreign_entry {
    const session* via;
    caf::weak_actor_ptr client;
    caf::message_id response;
  };

  std::mutex mtx_;
  std::map<key, entry> entries_;
  std::deque<foreign_entry> foreign_;
};

} // namespace troupe
