// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/message_id.hpp"
#include "caf/timespan.hpp"

#include "link/identity.hpp"
#include "link/outbox.hpp"
#include "link/phi_detector.hpp"

namespace troupe {

class hub;

/// The stream beneath a connection.
///
/// `write` and `finish` are never called concurrently, nor while a write is
/// under way; `abort` may be called at any time.
class transport {
public:
  virtual ~transport() = default;

  /// Starts to send `x`, which stays untouched until `written` is reported.
  virtual void write(const wire::Frame* x) = 0;

  /// Ends the stream in good order; nothing is written after it.
  virtual void finish() = 0;

  /// Tears the stream down.
  virtual void abort() = 0;
};

/// Which side opened a connection.
enum class connection_role : uint8_t { dialed = 1, accepted };

/// One side of the stream between two nodes: handshake, sending, receiving,
/// and the requests that wait for an answer from the other side.
class connection : public std::enable_shared_from_this<connection> {
public:
  using time_point = phi_detector::time_point;

  connection(std::shared_ptr<hub> owner, connection_role role);

  // -- for the transport ------------------------------------------------------

  /// The stream is being opened. `io` lives until `closed`, and takes nothing
  /// but `abort` until `ready`.
  void opening(transport* io);

  /// The stream is open: begins the handshake.
  void ready();

  /// Takes an arriving frame.
  void received(const wire::Frame& x);

  /// Nothing will arrive any more.
  void read_ended();

  /// The frame last handed to `transport::write` is sent, or lost.
  void written();

  /// The stream is gone; `why` may be empty.
  void closed(const std::string& why);

  /// Does what time demands: sends a heartbeat, suspects or gives up a silent
  /// peer, tears down a handshake or a farewell that takes too long. Called
  /// from the thread that calls `received`, every `tick_interval`.
  void tick(time_point now);

  /// Time between two calls of `tick`.
  caf::timespan tick_interval() const;

  // -- for everybody ----------------------------------------------------------

  /// Sends an envelope. Thread-safe, never blocks.
  /// @returns `none`, `link_lost` or `link_full`.
  caf::error send(wire::Envelope&& x);

  /// Like `send` for a request; `sender` gets an error response should the
  /// connection break before the answer comes.
  caf::error send_request(wire::Envelope&& x, caf::strong_actor_ptr sender,
                          caf::message_id mid);

  /// An answer has come for a request that `client` had sent.
  void answered(caf::actor_id client, caf::message_id response);

  /// Says goodbye and ends the stream once all is written.
  void leave();

  /// Tears the stream down because of `why`.
  void abort(caf::error why);

  /// How a handshake ended.
  struct outcome {
    /// `none` when the connection is open.
    caf::error failure;

    /// The peer asks to dial again.
    bool try_again = false;

    /// The node that refused, as far as it is known.
    caf::node_id refused_by;

    /// Nothing was decided in time.
    bool timed_out = false;
  };

  /// Blocks until the handshake is completed or failed, at most `timeout`.
  outcome await_open(caf::timespan timeout);

  /// Returns what the peer said of itself. @pre the handshake is completed.
  const identity& peer() const noexcept {
    return peer_;
  }

  connection_role role() const noexcept {
    return role_;
  }

private:
  enum class state : uint8_t { greeting = 1, open, closing, closed };

  using lock = std::unique_lock<std::mutex>;

  /// Sender and id of a request that waits for its answer.
  using request_key = std::pair<caf::actor_id, caf::message_id>;

  void greeted(const wire::Frame& x);
  void heard(const wire::Frame& x);
  void watch(time_point now);
  caf::error accept(const wire::Greeting& x);
  void refused(const wire::Refusal& x);
  void refuse(const caf::error& why, bool try_again);
  void fail_requests(const caf::error& why);
  caf::error append(wire::Envelope&& x, lock& guard);
  void pump(lock& guard);

  std::shared_ptr<hub> hub_;
  connection_role role_;
  identity peer_;

  std::mutex mtx_;
  std::condition_variable changed_;
  state state_ = state::greeting;
  bool opened_ = false;
  bool writing_ = false;
  bool goodbye_ = false;
  bool try_again_ = false;
  bool finished_ = false;
  bool ready_ = false;
  bool heartbeat_waits_ = false;
  transport* transport_ = nullptr;
  outbox outbox_;
  wire::Frame sending_;
  caf::error failure_;
  caf::node_id refused_by_;
  std::map<request_key, caf::weak_actor_ptr> requests_;

  // Used by the thread that calls `received` and `tick` only.
  time_point born_;
  time_point last_tick_;
  time_point last_heartbeat_;
  std::optional<time_point> closing_since_;
  std::optional<phi_detector> detector_;
  peer_health health_ = peer_health::well;
};

} // namespace troupe
