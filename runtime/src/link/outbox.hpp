// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <deque>

#include "link/wire.hpp"

namespace troupe {

/// Envelopes that wait for the wire, gathered into frames.
///
/// While a frame is being written the next ones fill up, so that a busy link
/// sends many small envelopes at once and an idle one sends at once.
class outbox {
public:
  /// A frame takes further envelopes until it is this large.
  static constexpr uint64_t frame_bytes = uint64_t{256} << 10;

  /// @param max_bytes What may wait at most, estimated.
  explicit outbox(uint64_t max_bytes) : max_bytes_(max_bytes) {
    // nop
  }

  /// Appends an envelope.
  /// @returns whether there was room; otherwise nothing is kept. An envelope
  ///          always fits into an empty outbox.
  [[nodiscard]] bool add(wire::Envelope&& x);

  /// Appends a frame of its own, whatever the room: handshake and farewell.
  void add_frame(wire::Frame&& x);

  /// Puts a frame of its own before all that waits.
  void add_urgent(wire::Frame&& x);

  /// Moves the oldest frame into `dest`.
  /// @returns whether there was one.
  [[nodiscard]] bool take(wire::Frame& dest);

  /// Drops everything.
  void clear();

  /// Returns the estimated number of bytes that wait.
  uint64_t bytes() const noexcept {
    return total_bytes_;
  }

private:
  struct entry {
    wire::Frame frame;
    uint64_t bytes = 0;
    bool takes_more = true;
  };

  std::deque<entry> frames_;
  uint64_t max_bytes_;
  uint64_t total_bytes_ = 0;
};

} // namespace troupe
