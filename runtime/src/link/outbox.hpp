// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "link/bytes.hpp"

namespace troupe {

struct outbox_limits {
  /// What may wait to be sent. One message may always wait.
  uint64_t max_waiting_bytes;

  /// What may be sent and not be acknowledged yet: the credit that the peer
  /// grants.
  uint64_t window_bytes;

  /// What transfers under way may have in sum. One may always be under way.
  uint64_t max_transfer_bytes;

  /// Control records that may wait.
  uint64_t max_control_bytes = uint64_t{8} << 20;
};

/// Records and chunks that travel together.
struct packed_frame {
  /// Number of the frame in its session, from 1 on.
  uint64_t sequence = 0;

  std::shared_ptr<const std::string> records;

  /// The chunks' bytes.
  std::vector<slice> bulk;

  uint64_t bytes = 0;
};

/// What waits for the wire of one session, and what is to be sent again should
/// the stream break.
///
/// Each frame takes control records first, then small records, then a share of
/// the transfers: so that a large message never holds back a small one of
/// another sender. Records of one sender keep their order: while a message with
/// blocks waits, what comes after it in the same lane waits behind it. While a
/// frame is being written the next ones fill up: a busy link sends many small
/// records at once, an idle one sends at once. Pure value, takes no lock.
class outbox {
public:
  /// Small records of a frame, and chunks of a frame, end near this size.
  static constexpr uint64_t frame_bytes = uint64_t{256} << 10;

  /// A transfer gives way to others after this much.
  static constexpr uint64_t chunk_bytes = uint64_t{128} << 10;

  /// Transfers that may be under way at the same time.
  static constexpr size_t max_transfers = 8;

  explicit outbox(outbox_limits limits) : limits_(limits) {
    // nop
  }

  /// Appends a record that overtakes all others.
  /// @returns whether there was room; otherwise nothing is kept, and the two
  ///          sides know different things from now on.
  [[nodiscard]] bool add_control(std::string_view x);

  /// Returns whether an urgent message may be added to the control records.
  /// Those of messages alone never use up the room.
  bool has_urgent_room(uint64_t bytes) const noexcept {
    return control_bytes_ + bytes <= limits_.max_control_bytes / 2;
  }

  /// Returns whether a record with blocks of together `bytes` would be taken.
  bool has_room(uint64_t bytes) const noexcept {
    return waiting_bytes_ == 0
           || waiting_bytes_ + bytes <= limits_.max_waiting_bytes;
  }

  /// A record and what follows it.
  struct parcel {
    std::string_view record;

    /// Number of the transfer; of no meaning without blocks.
    uint64_t transfer = 0;

    std::vector<slice> blocks = {};

    uint64_t block_bytes = 0;
  };

  /// Appends a record to those of its lane.
  /// @returns whether there was room; otherwise nothing is kept.
  [[nodiscard]] bool add(uint64_t lane, parcel x);

  /// Returns the next frame, or nothing if nothing waits or the window is used
  /// up.
  std::optional<packed_frame> take();

  /// Returns whether `take` has something to give.
  bool ready() const noexcept;

  /// The peer has received all frames up to `sequence`.
  /// @returns these frames, to be destroyed outside of locks; nothing if it
  ///          cannot have received them.
  [[nodiscard]] std::optional<std::vector<packed_frame>>
  acknowledge(uint64_t sequence);

  /// Has `take` return again what is not acknowledged, in the same frames.
  void rewind();

  /// Gives everything up that is not acknowledged.
  /// @returns what was in it, to be destroyed outside of locks: that may run
  ///          the destructors of whatever was to be sent.
  [[nodiscard]] outbox abandon();

  /// Takes out the records that the peer has surely not received, or may not
  /// have received; several in one text.
  std::vector<std::string> take_all_records();

  /// Returns how many bytes wait, about.
  uint64_t waiting_bytes() const noexcept {
    return waiting_bytes_;
  }

  /// Returns how many bytes of control records wait.
  uint64_t control_bytes() const noexcept {
    return control_bytes_;
  }

  /// Returns how many bytes are sent and not acknowledged.
  uint64_t unacknowledged_bytes() const noexcept {
    return retained_bytes_;
  }

private:
  struct item {
    std::string record;
    uint64_t transfer = 0;
    std::vector<slice> blocks;
    uint64_t block_bytes = 0;

    /// The transfer is under way.
    bool started = false;
    size_t next_block = 0;
    size_t offset = 0;
  };

  using lane = std::deque<item>;

  bool has_credit() const noexcept {
    return retained_bytes_ < limits_.window_bytes;
  }

  bool may_start(const item& x) const noexcept;
  void append(std::deque<std::string>& to, std::string_view x);
  std::string take_records();
  bool fill(lane& from, std::string& records, packed_frame& to);
  uint64_t cut(item& from, packed_frame& to);

  outbox_limits limits_;
  std::deque<std::string> control_;
  std::deque<std::string> small_;
  std::unordered_map<uint64_t, lane> lanes_;

  /// Lanes with something in them, in the order of their turns.
  std::deque<uint64_t> turns_;
  size_t transfers_ = 0;
  uint64_t transfer_bytes_ = 0;
  uint64_t waiting_bytes_ = 0;
  uint64_t control_bytes_ = 0;

  std::deque<packed_frame> retained_;
  uint64_t retained_bytes_ = 0;
  size_t next_retained_ = 0;
  uint64_t last_sequence_ = 0;
};

} // namespace troupe
