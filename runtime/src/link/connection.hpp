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

#include "caf/error.hpp"
#include "caf/node_id.hpp"
#include "caf/timespan.hpp"

#include "link/bytes.hpp"
#include "link/identity.hpp"
#include "link/phi_detector.hpp"
#include "link/wire.hpp"

namespace troupe {

class hub;
class session;

/// Whether more is about to be written after a frame.
enum class write_hint : uint8_t { last = 1, more_to_come };

/// The stream beneath a connection.
///
/// `write` and `finish` are never called concurrently, nor while a write is
/// under way; `abort` may be called at any time.
class transport {
public:
  virtual ~transport() = default;

  /// Announces a `write`, which may be called outside any lock then: until its
  /// `written` the transport stays.
  virtual void hold() = 0;

  /// Starts to send a frame; `written` is reported once the next may follow.
  /// @pre `hold` was called.
  virtual void write(std::vector<slice> frame, write_hint hint) = 0;

  /// Ends the stream in good order; nothing is written after it.
  virtual void finish() = 0;

  /// Tears the stream down.
  virtual void abort() = 0;

  /// Returns the names that the peer's certificate bears, if it has shown one.
  /// To be called between `opening` and `closed`.
  virtual std::vector<std::string> certified_names() const = 0;
};

/// Which side opened a connection.
enum class connection_role : uint8_t { dialed = 1, accepted };

/// One side of a stream between two nodes: handshake, signs of life, farewell.
/// What goes over it in between is the session's.
class connection : public std::enable_shared_from_this<connection> {
public:
  using time_point = phi_detector::time_point;

  /// What is dialled.
  struct destination {
    std::string address;

    /// A session whose stream is to be replaced.
    std::shared_ptr<session> resumes = nullptr;
  };

  /// The accepting side.
  explicit connection(std::shared_ptr<hub> owner);

  /// The dialling side.
  connection(std::shared_ptr<hub> owner, destination to);

  // -- for the transport ------------------------------------------------------

  /// The stream is being opened. `io` lives until `closed`, and takes nothing
  /// but `abort` until `ready`.
  void opening(transport* io);

  /// The stream is open: begins the handshake.
  void ready();

  /// Takes an arriving frame.
  void received(std::vector<std::string_view> frame);

  /// Nothing will arrive any more.
  void read_ended();

  /// The frame last handed to `transport::write` is sent, or lost.
  void written();

  /// The stream is gone; `why` may be empty.
  void closed(const std::string& why);

  /// Does what time demands: sends a heartbeat, suspects or gives up a silent
  /// peer, tears down a handshake or a farewell that takes too long. Called
  /// every `tick_interval`, from the threads that call `received`.
  void tick(time_point now);

  /// Time between two calls of `tick`.
  caf::timespan tick_interval() const;

  // -- for everybody ----------------------------------------------------------

  /// Writes what waits, unless a write is under way. Thread-safe.
  void pump();

  /// Returns whether a write is under way, after which what waits is looked at
  /// again. Whoever has just put something there under the session's lock, and
  /// sees that, needs not pump.
  bool is_writing() const noexcept {
    return writing_.load(std::memory_order_relaxed);
  }

  /// Says goodbye and ends the stream once all is written.
  void leave();

  /// Tears the stream down because of `why`.
  void abort(caf::error why);

  /// As `abort`, if the handshake is not completed.
  void abort_handshake(caf::error why);

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

  /// Returns the names that the peer has proved to have.
  std::vector<std::string> certified_names();

  /// Returns what the peer said of itself. @pre the handshake is completed.
  const identity& peer() const noexcept {
    return peer_;
  }

  /// Returns how suspicious the peer's silence is; 0 before the handshake.
  double phi(time_point now);

  connection_role role() const noexcept {
    return role_;
  }

private:
  enum class state : uint8_t { greeting = 1, open, closing, closed };

  /// What tells that the peer is alive.
  enum class sign : uint8_t { data = 1, heartbeat };

  using lock = std::unique_lock<std::mutex>;

  void received_control(const wire::Frame& x);
  void greeted(const wire::Frame& x);
  void heard(sign x);
  void restore();
  void watch(time_point now, lock& guard);
  void send_heartbeat(lock& guard);
  caf::error accept(const wire::Greeting& x);
  caf::error enter(const wire::Greeting& x, std::shared_ptr<session> admitted);
  void refused(const wire::Refusal& x);
  void refuse(const caf::error& why, bool try_again);
  void pump(lock& guard);
  caf::error lost(std::string_view why) const;
  void cut_off(std::string_view why);

  std::shared_ptr<hub> hub_;
  connection_role role_;
  const destination destination_;

  /// Names the session that is new.
  const uint64_t new_session_id_;
  identity peer_;
  std::shared_ptr<session> session_;

  std::mutex mtx_;
  std::condition_variable changed_;
  state state_ = state::greeting;
  bool opened_ = false;
  std::atomic<bool> writing_ = false;
  bool leaving_ = false;
  bool goodbye_ = false;
  bool try_again_ = false;
  bool finished_ = false;
  bool ready_ = false;
  bool heartbeat_waits_ = false;
  transport* transport_ = nullptr;

  /// Frames of the connection's own, written before those of the session.
  std::deque<wire::Frame> frames_;
  caf::error failure_;
  caf::node_id refused_by_;

  const time_point born_;
  time_point last_tick_;
  time_point last_heartbeat_;
  std::optional<time_point> closing_since_;
  std::optional<phi_detector> detector_;
  peer_health health_ = peer_health::well;
};

} // namespace troupe
