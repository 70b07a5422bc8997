// SPDX-License-Identifier: Apache-2.0

#include "link/connection.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/mailbox_element.hpp"

#include "troupe/base/errc.hpp"

#include "link/delivery.hpp"
#include "link/hub.hpp"

namespace troupe {

namespace {

/// Requests that may wait for answers from one peer.
constexpr size_t max_requests = 1'000'000;

/// Ticks in the time of one heartbeat.
constexpr int ticks_per_heartbeat = 5;

double in_seconds(caf::timespan x) {
  return std::chrono::duration<double>(x).count();
}

caf::error link_lost(const std::string& peer, const std::string& why) {
  return make_error(errc::link_lost,
                    fmt::format("the link to node {} is lost{}{}", peer,
                                why.empty() ? "" : ": ", why));
}

} // namespace

connection::connection(std::shared_ptr<hub> owner, connection_role role)
    : hub_(std::move(owner)),
      role_(role),
      outbox_(hub_->options().max_unsent_bytes),
      born_(time_point::clock::now()),
      last_tick_(born_),
      last_heartbeat_(born_) {
  // nop
}

// -- for the transport --------------------------------------------------------

void connection::opening(transport* io) {
  hub_->stream_opened();
  lock guard{mtx_};
  transport_ = io;
}

void connection::ready() {
  lock guard{mtx_};
  ready_ = true;
  if (role_ == connection_role::dialed && state_ == state::greeting) {
    wire::Frame frame;
    *frame.mutable_hello() = to_greeting(hub_->own());
    frame.mutable_hello()->set_token(hub_->own().token);
    outbox_.add_frame(std::move(frame));
  }
  pump(guard);
}

void connection::received(const wire::Frame& x) {
  {
    lock guard{mtx_};
    if (state_ == state::closing || state_ == state::closed)
      return;
    if (state_ == state::greeting) {
      guard.unlock();
      greeted(x);
      return;
    }
  }
  heard(x);
  switch (x.content_case()) {
    case wire::Frame::kBatch:
      for (auto& envelope : x.batch().envelopes())
        deliver(*hub_, *this, envelope);
      break;
    case wire::Frame::kHeartbeat:
      break;
    case wire::Frame::kGoodbye: {
      lock guard{mtx_};
      goodbye_ = true;
      state_ = state::closing;
      outbox_.clear();
      pump(guard);
      break;
    }
    default:
      abort(link_lost(peer_.name, "it sent a frame out of turn"));
  }
}

void connection::read_ended() {
  lock guard{mtx_};
  if (state_ != state::closed)
    state_ = state::closing;
  outbox_.clear();
  if (writing_ && transport_ != nullptr)
    transport_->abort();
  pump(guard);
}

void connection::written() {
  lock guard{mtx_};
  writing_ = false;
  pump(guard);
}

void connection::closed(const std::string& why) {
  auto cause = why;
  auto how = peer_change::lost;
  caf::error reason;
  {
    lock guard{mtx_};
    if (goodbye_)
      how = peer_change::left;
    state_ = state::closed;
    transport_ = nullptr;
    if (failure_)
      cause = describe(failure_);
    else
      failure_ = link_lost(peer_.name, why);
    reason = failure_;
    changed_.notify_all();
  }
  fail_requests(reason);
  if (peer_.id)
    hub_->remove(*this, how, reason, cause);
  hub_->stream_closed();
}

// -- handshake ----------------------------------------------------------------

void connection::greeted(const wire::Frame& x) {
  if (role_ == connection_role::accepted && x.has_hello()) {
    static_cast<void>(accept(x.hello()));
  } else if (role_ == connection_role::dialed && x.has_welcome()) {
    if (auto err = accept(x.welcome()))
      abort(std::move(err));
  } else if (role_ == connection_role::dialed && x.has_refusal()) {
    refused(x.refusal());
  } else {
    abort(make_error(errc::not_a_troupe_peer,
                     "the peer did not begin with a greeting"));
  }
}

caf::error connection::accept(const wire::Greeting& x) {
  // Nobody else looks at `peer_` before the hub has admitted it.
  hub::verdict verdict{from_greeting(x, peer_)};
  if (!verdict.refused)
    verdict = hub_->admit(shared_from_this(), peer_);
  if (verdict.refused) {
    if (role_ == connection_role::accepted)
      refuse(verdict.refused, verdict.try_again);
    return verdict.refused;
  }
  {
    lock guard{mtx_};
    state_ = state::open;
    if (role_ == connection_role::accepted) {
      wire::Frame frame;
      *frame.mutable_welcome() = to_greeting(hub_->own());
      outbox_.add_frame(std::move(frame));
      pump(guard);
    }
  }
  hub_->announce(peer_);
  detector_.emplace(hub_->options().detection, time_point::clock::now());
  lock guard{mtx_};
  opened_ = true;
  changed_.notify_all();
  return {};
}

void connection::refused(const wire::Refusal& x) {
  auto code = static_cast<errc>(x.code());
  if (to_string(code) == "unknown_errc")
    code = errc::not_a_troupe_peer;
  lock guard{mtx_};
  failure_ = make_error(code, x.text());
  try_again_ = x.try_again();
  refused_by_ = parse_node_bytes(x.node());
  state_ = state::closing;
  pump(guard);
}

void connection::refuse(const caf::error& why, bool try_again) {
  wire::Frame frame;
  frame.mutable_refusal()->set_code(why.code());
  frame.mutable_refusal()->set_text(describe(why));
  frame.mutable_refusal()->set_try_again(try_again);
  frame.mutable_refusal()->set_node(node_bytes(hub_->own().id));
  lock guard{mtx_};
  failure_ = why;
  state_ = state::closing;
  outbox_.add_frame(std::move(frame));
  pump(guard);
}

connection::outcome connection::await_open(caf::timespan timeout) {
  lock guard{mtx_};
  auto done = [this] { return opened_ || state_ == state::closed; };
  if (!changed_.wait_for(guard, timeout, done))
    return {make_error(errc::peer_unreachable, "no answer in time"),
            false,
            {},
            true};
  if (opened_)
    return {};
  return {failure_, try_again_, refused_by_, false};
}

// -- time ---------------------------------------------------------------------

caf::timespan connection::tick_interval() const {
  auto& options = hub_->options();
  return std::min(options.detection.heartbeat_interval / ticks_per_heartbeat,
                  options.handshake_timeout);
}

void connection::tick(time_point now) {
  auto late = now - last_tick_ - tick_interval();
  last_tick_ = now;
  auto& options = hub_->options();
  if (detector_ && late > options.detection.heartbeat_interval / 2)
    detector_->forgive(late, now);
  lock guard{mtx_};
  switch (state_) {
    case state::greeting:
      guard.unlock();
      if (now - born_ >= options.handshake_timeout)
        abort(make_error(errc::not_a_troupe_peer,
                         "the peer did not complete the handshake in time"));
      break;
    case state::open:
      if (!heartbeat_waits_
          && now - last_heartbeat_ >= options.detection.heartbeat_interval) {
        last_heartbeat_ = now;
        heartbeat_waits_ = true;
        wire::Frame frame;
        frame.mutable_heartbeat();
        outbox_.add_urgent(std::move(frame));
        pump(guard);
      }
      if (guard.owns_lock())
        guard.unlock();
      watch(now);
      break;
    case state::closing:
      guard.unlock();
      if (!closing_since_)
        closing_since_ = now;
      else if (now - *closing_since_ >= options.handshake_timeout)
        abort(link_lost(peer_.name, "it does not let go of the stream"));
      break;
    case state::closed:
      break;
  }
}

void connection::watch(time_point now) {
  if (!detector_)
    return;
  auto health = detector_->judge(now);
  if (health == health_)
    return;
  health_ = health;
  auto cause = fmt::format("it has been silent for {:.1f} s",
                           in_seconds(detector_->silence(now)));
  if (health == peer_health::suspected)
    hub_->report(peer_, peer_change::suspected, cause);
  else if (health == peer_health::lost)
    abort(link_lost(peer_.name, cause));
}

void connection::heard(const wire::Frame& x) {
  if (!detector_)
    return;
  auto now = time_point::clock::now();
  if (x.has_heartbeat())
    detector_->heartbeat(now);
  else
    detector_->sign_of_life(now);
  if (health_ != peer_health::suspected)
    return;
  health_ = peer_health::well;
  hub_->report(peer_, peer_change::restored, {});
}

// -- sending ------------------------------------------------------------------

caf::error connection::send(wire::Envelope&& x) {
  lock guard{mtx_};
  return append(std::move(x), guard);
}

caf::error connection::send_request(wire::Envelope&& x,
                                    caf::strong_actor_ptr sender,
                                    caf::message_id mid) {
  request_key key{sender->id(), mid.response_id()};
  lock guard{mtx_};
  if (requests_.size() >= max_requests)
    return make_error(errc::link_full,
                      fmt::format("{} requests to node {} wait for answers",
                                  requests_.size(), peer_.name));
  // Booked before it is sent: the answer may arrive at any time afterwards.
  requests_.insert_or_assign(
      key, caf::actor_cast<caf::weak_actor_ptr>(std::move(sender)));
  auto err = append(std::move(x), guard);
  if (err) {
    if (!guard.owns_lock())
      guard.lock();
    requests_.erase(key);
  }
  return err;
}

caf::error connection::append(wire::Envelope&& x, lock& guard) {
  if (state_ != state::open)
    return failure_ ? failure_ : link_lost(peer_.name, "");
  if (!outbox_.add(std::move(x)))
    return make_error(errc::link_full,
                      fmt::format("{} bytes wait for node {}, the limit is {}",
                                  outbox_.bytes(), peer_.name,
                                  hub_->options().max_unsent_bytes));
  pump(guard);
  return {};
}

/// Keeps the transport busy. Whoever finds it idle writes outside the lock, so
/// that others can go on filling the next frame.
void connection::pump(lock& guard) {
  if (writing_ || !ready_ || transport_ == nullptr)
    return;
  if (outbox_.take(sending_)) {
    writing_ = true;
    if (sending_.has_heartbeat())
      heartbeat_waits_ = false;
    auto io = transport_;
    guard.unlock();
    io->write(&sending_);
  } else if (state_ == state::closing && !finished_) {
    finished_ = true;
    transport_->finish();
  }
}

void connection::leave() {
  lock guard{mtx_};
  if (state_ != state::open)
    return;
  state_ = state::closing;
  goodbye_ = true;
  wire::Frame frame;
  frame.mutable_goodbye();
  outbox_.add_frame(std::move(frame));
  pump(guard);
}

void connection::abort(caf::error why) {
  lock guard{mtx_};
  if (state_ == state::closed)
    return;
  if (!failure_)
    failure_ = std::move(why);
  state_ = state::closing;
  outbox_.clear();
  if (transport_ != nullptr)
    transport_->abort();
  pump(guard);
}

// -- requests -----------------------------------------------------------------

void connection::answered(caf::actor_id client, caf::message_id response) {
  lock guard{mtx_};
  requests_.erase({client, response});
}

void connection::fail_requests(const caf::error& why) {
  std::map<request_key, caf::weak_actor_ptr> requests;
  {
    lock guard{mtx_};
    requests.swap(requests_);
  }
  for (auto& [key, weak] : requests)
    if (auto sender = caf::actor_cast<caf::strong_actor_ptr>(weak))
      sender->enqueue(nullptr, key.second, caf::make_message(why), nullptr);
}

} // namespace troupe
