// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "link/bytes.hpp"
#include "troupe/scheduling/trace.hpp"

namespace troupe {

/// An actor as the wire names it. The node is empty for an actor of the node
/// that sends; id 0 is nobody, who has no ticket.
struct actor_ref {
  uint64_t id = 0;
  std::string_view node = {};

  /// Shows that whoever sends to it was given its handle.
  uint64_t ticket = 0;
};

/// Gives a number to a schema, for the rest of the session.
struct schema_record {
  uint32_t number = 0;
  std::string_view names;
};

/// A message for the actor `to`.
struct message_record {
  uint64_t to = 0;
  actor_ref from = {};
  uint64_t message_id = 0;
  uint32_t schema = 0;

  /// Further stops of a delegated request.
  std::vector<actor_ref> stages = {};

  /// Number of the transfer that brings the blocks; set if there are any.
  uint64_t transfer = 0;

  /// What the blocks have in sum.
  uint64_t block_bytes = 0;

  /// When it is of no use any more, in microseconds as in `frame_header`.
  std::optional<uint64_t> deadline_us = {};

  /// What it belongs to.
  std::optional<trace_context> trace = {};

  std::string_view head = {};
};

/// Asks for a `down_record` when the actor `to` ends. Its ticket entitles the
/// sender to send to the actor from now on.
struct monitor_record {
  uint64_t to = 0;
  uint64_t ticket = 0;
};

/// The actor `from` has ended; `reason` is a packed error.
struct down_record {
  uint64_t from = 0;
  std::string_view reason;
};

/// An exit message for `to`; `reason` is a packed error.
struct exit_record {
  uint64_t to = 0;
  actor_ref from;
  std::string_view reason;
};

/// The next `size` bytes of a transfer's blocks are in this frame.
struct chunk_record {
  uint64_t transfer = 0;
  uint64_t size = 0;
};

using any_record = std::variant<schema_record, message_record, monitor_record,
                                down_record, exit_record, chunk_record>;

/// The most stages that a message may have.
constexpr size_t max_stages = 64;

/// Appends `x` to `out`.
void write_record(std::string& out, const schema_record& x);
void write_record(std::string& out, const message_record& x);
void write_record(std::string& out, const monitor_record& x);
void write_record(std::string& out, const down_record& x);
void write_record(std::string& out, const exit_record& x);
void write_record(std::string& out, const chunk_record& x);

/// Reads a record; its texts stay where they are.
/// @returns whether the bytes are one; otherwise `result` means nothing.
[[nodiscard]] bool read_record(byte_reader& in, any_record& result);

/// What a packed frame begins with.
struct frame_header {
  /// Number of the frame in its session, from 1 on; 0 for a frame without
  /// records, which is not counted.
  uint64_t sequence = 0;

  /// Number of the last frame that has come from the peer.
  uint64_t received = 0;

  /// Bytes of the records; what comes after them are the chunks' bytes.
  uint64_t record_bytes = 0;

  /// When the frame was sent, in microseconds by a clock of the sender that
  /// never goes back.
  uint64_t time_us = 0;
};

void write_frame_header(std::string& out, const frame_header& x);

/// The most bytes of a frame's header.
constexpr size_t max_frame_header_bytes = 40;

/// Reads a header; `in.ok()` tells whether it has succeeded.
frame_header read_frame_header(byte_reader& in);

} // namespace troupe
