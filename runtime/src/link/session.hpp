// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/message_id.hpp"

#include "link/bytes.hpp"
#include "link/codec.hpp"
#include "link/identity.hpp"
#include "link/inbox.hpp"
#include "link/outbox.hpp"
#include "link/peer_clock.hpp"
#include "link/record.hpp"
#include "troupe/link/link_stats.hpp"

namespace troupe {

class connection;
class hub;

/// What two nodes have in common from their handshake on: what is to be sent,
/// what is being received, and the requests that wait for an answer.
class session : public std::enable_shared_from_this<session> {
public:
  /// Bytes that a peer may send before they are acknowledged.
  static constexpr uint64_t window_bytes = uint64_t{4} << 20;

  /// @param id Chosen by who dials.
  session(hub& owner, identity peer, uint64_t id);

  uint64_t id() const noexcept {
    return id_;
  }

  /// Returns the address that was dialled, empty if the peer has dialled.
  const std::string& dialed_address() const noexcept {
    return dialed_address_;
  }

  const identity& peer() const noexcept {
    return peer_;
  }

  /// Returns how large buffers get to the peer.
  buffer_way buffers() const noexcept {
    return buffers_;
  }

  /// Returns the peer's process, if buffers may come as its files.
  std::optional<int64_t> files_of_peer() const;

  // -- sending: thread-safe ---------------------------------------------------

  /// What a message waits for.
  enum class lane : uint8_t {
    /// The earlier ones of its sender, and room.
    data = 1,
    /// Nothing; to be used for short ones only.
    urgent
  };

  /// What one sender has to say to one receiver.
  struct envelope {
    message_record record;
    const packed_message& content;

    /// Keeps the blocks of `content` alive.
    const caf::message& owner;

    lane way = lane::data;
  };

  /// Sends a message. With a `client` it is a request: the client gets an error
  /// response should the session end before the answer comes. Blocks only
  /// where the hub's options say so.
  /// @returns `none`, `link_lost`, `link_full` or `message_too_large`.
  caf::error send(envelope&& x, caf::strong_actor_ptr client);

  /// A sender that waits for room.
  struct room_request {
    uint64_t bytes;
    caf::strong_actor_ptr sender;
    caf::message_id id;
  };

  /// Answers with unit once there is room, or with an error if there will be
  /// none.
  void ask_for_room(room_request x);

  /// Answers those whom there is room for.
  void answer_room_requests();

  /// Asks to be told when the actor `id` ends, and shows its ticket.
  caf::error send_monitor(caf::actor_id id, uint64_t ticket);

  /// Tells that the actor `id` has ended.
  void send_down(caf::actor_id id, const caf::error& why);

  /// Sends an exit message.
  caf::error send_exit(caf::actor_id to, const actor_ref& from,
                       const caf::error& why);

  // -- for the connection -----------------------------------------------------

  /// The first stream for the session is open.
  /// @param dialed_address Empty if the peer has dialled.
  void attach(std::shared_ptr<connection> link, std::string dialed_address);

  /// A stream has taken the place of one that broke. The peer has received all
  /// frames up to `sequence`; the others are sent again.
  /// @returns why that cannot be.
  caf::error resume(std::shared_ptr<connection> link, uint64_t sequence);

  /// The stream of `link` is gone.
  /// @returns whether the session is without one now.
  bool detach(const connection& link);

  /// Returns what has gone over the link. Thread-safe.
  link_stats stats();

  /// Returns whether there is a stream.
  bool attached();

  /// The peer is suspected to be gone.
  void suspect() noexcept {
    suspected_ = true;
  }

  /// The peer is there.
  /// @returns whether it was suspected.
  bool trust() noexcept {
    return suspected_.exchange(false);
  }

  /// Takes a packed frame. Not called concurrently.
  /// @returns why the link must be torn down.
  caf::error received(segment_reader frame);

  /// The peer has received all frames up to `sequence`.
  caf::error acknowledged(uint64_t sequence);

  /// Returns when something is that the peer has dated by its clock, if that is
  /// known. Not called concurrently with `received`.
  std::optional<peer_clock::time_point> time_of(uint64_t peer_us) const {
    return clock_.when(peer_us);
  }

  /// Returns the number of the last frame that has come.
  uint64_t last_received();

  /// Returns the number of the last frame that has come and needs nothing of
  /// the peer any more.
  uint64_t last_handled();

  /// Puts what is to be sent next into `dest`, if there is anything.
  /// @returns whether there was.
  bool next_frame(std::vector<slice>& dest);

  /// Returns whether `next_frame` has something to give.
  bool ready();

  /// Returns whether all is sent.
  bool drained();

  /// The session is over: requests that wait for an answer fail with `why`.
  void close(const caf::error& why);

  /// As `close`, unless there is a stream or the session is over already.
  /// @returns whether it has done so.
  bool close_if_detached(const caf::error& why);

  // -- ends -------------------------------------------------------------------

  /// Says goodbye and ends the stream once all is written.
  void leave();

  /// Tears the stream down because of `why`.
  void abort(const caf::error& why);

private:
  using lock = std::unique_lock<std::mutex>;

  caf::error closed_error() const;
  bool await_room(uint64_t bytes, lock& guard);
  bool announce(const schema& x);
  caf::error add_control(std::string_view bytes, lock& guard);
  caf::error overrun(lock& guard);
  void pump(lock& guard);
  void refuse_room_requests(const caf::error& why);
  void give_up(const caf::error& why, lock& guard);
  void report_lost(const std::vector<std::string>& records,
                   const caf::error& why);
  caf::error send_control(std::string_view bytes);
  std::shared_ptr<connection> current_link();

  hub& hub_;
  const identity peer_;
  const uint64_t id_;
  const buffer_way buffers_;
  std::string dialed_address_;
  std::atomic<uint64_t> last_transfer_ = 0;
  std::atomic<bool> suspected_ = false;

  std::mutex mtx_;
  std::condition_variable room_;
  size_t waiting_ = 0;
  std::shared_ptr<connection> link_;
  outbox outbox_;
  std::vector<bool> announced_;
  bool closed_ = false;
  caf::error closed_because_;
  uint64_t received_ = 0;
  uint64_t handled_ = 0;
  uint64_t unacknowledged_bytes_ = 0;
  link_stats stats_;
  bool must_acknowledge_ = false;

  std::deque<room_request> room_requests_;
  std::atomic<bool> has_room_requests_ = false;

  /// What those will send who were told that there is room.
  uint64_t promised_bytes_ = 0;
  peer_clock::time_point promised_at_ = {};

  /// Control records were left out: the session cannot go on.
  bool overrun_ = false;
  peer_clock clock_;

  inbox inbox_;
};

} // namespace troupe
