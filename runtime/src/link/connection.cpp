// SPDX-License-Identifier: Apache-2.0

#include "link/connection.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "link/hub.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

/// Begins a frame of the session: field `packed` of `Frame`, as protobuf has
/// it.
constexpr char packed_tag = (wire::Frame::kPackedFieldNumber << 3) | 2;

/// The most bytes of tag and length of a packed frame.
constexpr size_t max_prefix_bytes = 11;

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

uint64_t random_session_id() {
  std::random_device source;
  return std::uniform_int_distribution<uint64_t>{}(source);
}

slice to_slice(std::string bytes) {
  auto owner = std::make_shared<const std::string>(std::move(bytes));
  return {owner->data(), owner->size(), owner};
}

slice packed_prefix(const std::vector<slice>& content) {
  uint64_t size = 0;
  for (auto& x : content)
    size += x.size;
  std::string result;
  byte_writer to{result};
  to.raw(packed_tag);
  to.varint(size);
  return to_slice(std::move(result));
}

} // namespace

connection::connection(std::shared_ptr<hub> owner)
    : hub_(std::move(owner)),
      role_(connection_role::accepted),
      new_session_id_(0),
      born_(time_point::clock::now()),
      last_tick_(born_),
      last_heartbeat_(born_) {
  // nop
}

connection::connection(std::shared_ptr<hub> owner, destination to)
    : hub_(std::move(owner)),
      role_(connection_role::dialed),
      destination_(std::move(to)),
      new_session_id_(random_session_id()),
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
    auto& hello = *frame.mutable_hello();
    hello.set_token(hub_->own().token);
    hello.set_session(new_session_id_);
    if (auto& former = destination_.resumes) {
      hello.set_session(former->id());
      hello.set_resumes(true);
      hello.set_received(former->last_received());
    }
    frames_.push_back(std::move(frame));
  }
  pump(guard);
}

void connection::received(std::vector<std::string_view> frame) {
  auto open = false;
  {
    lock guard{mtx_};
    if (state_ == state::closing || state_ == state::closed)
      return;
    open = state_ == state::open;
  }
  segment_reader in{std::move(frame)};
  char start[max_prefix_bytes];
  byte_reader prefix{{start, in.peek(start, sizeof(start))}};
  auto available = prefix.remaining();
  if (open && prefix.raw<char>() == packed_tag) {
    heard(sign::data);
    auto size = prefix.varint();
    in.skip(available - prefix.remaining());
    if (!prefix.ok() || size != in.remaining())
      abort(link_lost(peer_.name, "it sent a malformed frame"));
    else if (auto err = session_->received(std::move(in)))
      abort(link_lost(peer_.name, describe(err)));
    return;
  }
  std::string flat;
  auto bytes = in.take(in.remaining(), flat);
  wire::Frame message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    abort(link_lost(peer_.name, "it sent a malformed frame"));
  else if (open)
    received_control(message);
  else
    greeted(message);
}

void connection::received_control(const wire::Frame& x) {
  switch (x.content_case()) {
    case wire::Frame::kHeartbeat:
      heard(sign::heartbeat);
      if (auto err = session_->acknowledged(x.heartbeat().received()))
        abort(link_lost(peer_.name, describe(err)));
      break;
    case wire::Frame::kGoodbye: {
      lock guard{mtx_};
      goodbye_ = true;
      state_ = state::closing;
      frames_.clear();
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
  frames_.clear();
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
  auto broke = false;
  caf::error reason;
  {
    lock guard{mtx_};
    if (goodbye_)
      how = peer_change::left;
    broke = opened_ && !failure_ && !goodbye_ && !leaving_;
    state_ = state::closed;
    transport_ = nullptr;
    if (failure_)
      cause = describe(failure_);
    else
      failure_ = link_lost(peer_.name, why);
    reason = failure_;
    changed_.notify_all();
  }
  if (session_ && session_->detach(*this) && !(broke && hub_->mend(session_))) {
    session_->close(reason);
    hub_->remove(*session_, how, reason, cause);
  }
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
    verdict = hub_->admit(role_, peer_, certified_names(),
                          {x.session(), x.resumes()});
  if (!verdict.refused)
    verdict.refused = enter(x, std::move(verdict.admitted));
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
      auto& welcome = *frame.mutable_welcome();
      welcome.set_session(x.session());
      welcome.set_resumes(x.resumes());
      welcome.set_received(session_->last_received());
      frames_.push_back(std::move(frame));
    }
    pump(guard);
  }
  if (!x.resumes())
    hub_->announce(peer_);
  lock guard{mtx_};
  detector_.emplace(hub_->options().detection, time_point::clock::now());
  opened_ = true;
  changed_.notify_all();
  return {};
}

/// Takes the session that the hub has found or made.
caf::error connection::enter(const wire::Greeting& x,
                             std::shared_ptr<session> admitted) {
  if (role_ == connection_role::dialed
      && x.resumes() != (destination_.resumes != nullptr))
    return make_error(errc::not_a_troupe_peer,
                      "the peer answers for another session");
  session_ = std::move(admitted);
  if (x.resumes())
    return session_->resume(shared_from_this(), x.received());
  session_->attach(shared_from_this(), destination_.address);
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
  frames_.push_back(std::move(frame));
  pump(guard);
}

std::vector<std::string> connection::certified_names() {
  lock guard{mtx_};
  if (transport_ == nullptr)
    return {};
  return transport_->certified_names();
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
      abort(link_lost(peer_.name, "it does not let go of the stream"));
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
  frame.mutable_heartbeat()->set_received(session_->last_received());
  frames_.push_back(std::move(frame));
  pump(guard);
}

/// Acts on what the detector thinks; unlocks in order to tell.
void connection::watch(time_point now, lock& guard) {
  if (!detector_)
    return;
  auto health = detector_->judge(now);
  if (health == health_)
    return;
  health_ = health;
  auto cause = fmt::format("it has been silent for {:.1f} s",
                           in_seconds(detector_->silence(now)));
  guard.unlock();
  if (health == peer_health::suspected)
    hub_->report(peer_, peer_change::suspected, cause);
  else if (health == peer_health::lost)
    abort(link_lost(peer_.name, cause));
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
  hub_->report(peer_, peer_change::restored, {});
}

// -- sending ------------------------------------------------------------------

void connection::pump() {
  lock guard{mtx_};
  pump(guard);
}

/// Keeps the transport busy. Whoever finds it idle writes outside the lock, so
/// that others can go on filling the next frame.
void connection::pump(lock& guard) {
  if (writing_ || !ready_ || transport_ == nullptr)
    return;
  std::vector<slice> frame;
  auto hint = write_hint::last;
  if (!frames_.empty()) {
    if (frames_.front().has_heartbeat())
      heartbeat_waits_ = false;
    frame.push_back(to_slice(frames_.front().SerializeAsString()));
    frames_.pop_front();
  } else if (state_ == state::open) {
    frame.emplace_back();
    if (session_->next_frame(frame)) {
      frame.front() = packed_prefix(frame);
      if (session_->ready())
        hint = write_hint::more_to_come;
    } else if (leaving_ && session_->drained()) {
      state_ = state::closing;
      goodbye_ = true;
      wire::Frame goodbye;
      goodbye.mutable_goodbye();
      frame.front() = to_slice(goodbye.SerializeAsString());
    } else {
      return;
    }
  } else if (state_ == state::closing && !finished_) {
    finished_ = true;
    transport_->finish();
    return;
  } else {
    return;
  }
  writing_ = true;
  auto io = transport_;
  guard.unlock();
  io->write(std::move(frame), hint);
}

void connection::leave() {
  lock guard{mtx_};
  leaving_ = true;
  pump(guard);
}

void connection::abort(caf::error why) {
  lock guard{mtx_};
  if (state_ == state::closed)
    return;
  if (!failure_)
    failure_ = std::move(why);
  state_ = state::closing;
  frames_.clear();
  if (transport_ != nullptr)
    transport_->abort();
  pump(guard);
}

} // namespace troupe
