// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"

#include "link/bytes.hpp"
#include "link/codec.hpp"
#include "link/delivery.hpp"
#include "link/record.hpp"

namespace troupe {

class hub;
class session;

/// The receiving half of a session: keeps the schemas that the peer has defined
/// and the messages whose blocks are still coming.
///
/// Whatever arrives, it allocates no more than twice the largest message for
/// all transfers under way.
class inbox {
public:
  inbox(hub& owner, session& from);

  /// Does what the records of a frame ask for, in their order.
  /// @param chunks The bytes behind the records.
  /// @returns why the link must be torn down.
  caf::error receive(std::string_view records, segment_reader& chunks);

private:
  /// A message whose blocks are coming.
  struct transfer {
    arrival message;

    /// Null if the blocks are to be skipped.
    std::unique_ptr<incoming_message> content;
    uint64_t missing_bytes = 0;
    size_t next_gap = 0;
    size_t offset = 0;
  };

  /// What is known of a schema: how to read it, or why it is not allowed.
  using schema_entry = caf::expected<schema>;

  caf::error take(const schema_record& x, segment_reader&);
  caf::error take(const message_record& x, segment_reader&);
  caf::error take(const monitor_record& x, segment_reader&);
  caf::error take(const down_record& x, segment_reader&);
  caf::error take(const exit_record& x, segment_reader&);
  caf::error take(const chunk_record& x, segment_reader& chunks);

  caf::error start(arrival message, const message_record& x,
                   const schema_entry* types, caf::error failure);
  caf::error check(const arrival& x, const schema_entry& types) const;
  void fill(transfer& x, segment_reader& chunks, uint64_t size);
  caf::strong_actor_ptr find_actor(const actor_ref& x);
  bool may_reach(caf::actor_id x) const;
  void admit(caf::actor_id x);

  hub& hub_;
  session& session_;
  std::unordered_map<uint32_t, std::unique_ptr<schema_entry>> schemas_;
  uint64_t schema_bytes_ = 0;
  std::map<uint64_t, transfer> transfers_;
  uint64_t transfer_bytes_ = 0;

  /// The peer's actors that have sent something, so that not every message has
  /// to look them up under a lock.
  std::unordered_map<caf::actor_id, caf::strong_actor_ptr> senders_;

  /// Actors of this node whose tickets the peer has shown.
  std::unordered_set<caf::actor_id> reachable_;

  /// When so many are reachable, look which of them are there still.
  size_t look_again_at_ = 1024;
};

} // namespace troupe
