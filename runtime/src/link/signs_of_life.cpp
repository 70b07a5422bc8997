// SPDX-License-Identifier: Apache-2.0

// What a connection does as time goes by.

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "link/connection.hpp"
#include "link/hub.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

/// Ticks in the time of one heartbeat.
constexpr int ticks_per_heartbeat = 5;

double in_seconds(caf::timespan x) {
  return std::chrono::duration<double>(x).count();
}

} // namespace

caf::timespan connection::tick_interval() const {
  auto& options = hub_->options();
  return std::min(options.detection.heartbeat_interval / ticks_per_heartbeat,
                  options.handshake_timeout);
}

void connection::tick(time_point now) {
  auto& options = hub_->options();
  lock guard{mtx_};
  auto late = now - last_tick_ - tick_interval();
  last_tick_ = now;
  if (detector_ && late > options.detection.heartbeat_interval / 2)
    detector_->forgive(late, now);
  switch (state_) {
    case state::greeting:
      guard.unlock();
      if (now - born_ >= options.handshake_timeout)
        abort(make_error(errc::not_a_troupe_peer,
                         "the peer did not complete the handshake in time"));
      break;
    case state::open:
      guard.unlock();
      session_->answer_room_requests();
      guard.lock();
      if (state_ != state::open)
        break;
      watch(now, guard);
      if (guard.owns_lock()
          && now - last_heartbeat_ >= options.detection.heartbeat_interval) {
        last_heartbeat_ = now;
        send_heartbeat(guard);
      }
      break;
    case state::closing:
      if (!closing_since_)
        closing_since_ = now;
      if (now - *closing_since_ < options.handshake_timeout)
        break;
      guard.unlock();
      abort(lost("it does not let go of the stream"));
      break;
    case state::closed:
      break;
  }
}

void connection::send_heartbeat(lock& guard) {
  if (heartbeat_waits_)
    return;
  heartbeat_waits_ = true;
  wire::Frame frame;
  frame.mutable_heartbeat()->set_received(session_->last_handled());
  frames_.push_back(std::move(frame));
  pump(guard);
}

/// Acts on what the detector thinks; unlocks in order to tell.
void connection::watch(time_point now, lock& guard) {
  if (!detector_)
    return;
  // Only what arrives makes it better.
  auto health = detector_->judge(now);
  if (health <= health_)
    return;
  health_ = health;
  auto cause = fmt::format("it has been silent for {:.1f} s",
                           in_seconds(detector_->silence(now)));
  guard.unlock();
  if (health == peer_health::suspected) {
    session_->suspect();
    hub_->report(peer_, peer_change::suspected, cause);
  } else {
    abort(lost(cause));
  }
}

void connection::heard(sign x) {
  auto now = time_point::clock::now();
  lock guard{mtx_};
  if (!detector_)
    return;
  if (x == sign::heartbeat)
    detector_->heartbeat(now);
  else
    detector_->sign_of_life(now);
  if (health_ != peer_health::suspected)
    return;
  health_ = peer_health::well;
  guard.unlock();
  restore();
}

void connection::restore() {
  if (session_->trust())
    hub_->report(peer_, peer_change::restored, {});
}

} // namespace troupe
