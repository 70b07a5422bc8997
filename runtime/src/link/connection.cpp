// SPDX-License-Identifier: Apache-2.0

#include "link/connection.hpp"

#include <utility>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "link/brief_lock.hpp"
#include "link/hub.hpp"
#include "link/link_log.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

/// Begins a frame of the session: field `packed` of `Frame`, as protobuf has
/// it.
constexpr char packed_tag = (wire::Frame::kPackedFieldNumber << 3) | 2;

/// The most bytes of tag and length of a packed frame.
constexpr size_t max_prefix_bytes = 11;

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

// -- for the transport --------------------------------------------------------

void connection::opening(transport* io) {
  auto welcome = hub_->stream_opened(shared_from_this());
  {
    lock guard{mtx_};
    transport_ = io;
  }
  if (!welcome)
    abort(make_error(errc::peer_unreachable, "the node is leaving"));
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
      cut_off("it sent a malformed frame");
    else if (auto err = session_->received(std::move(in)))
      cut_off(describe(err));
    return;
  }
  std::string flat;
  auto bytes = in.take(in.remaining(), flat);
  wire::Frame message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    cut_off("it sent a malformed frame");
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
        cut_off(describe(err));
      break;
    case wire::Frame::kGoodbye: {
      if (auto err = session_->acknowledged(x.goodbye().received())) {
        cut_off(describe(err));
        break;
      }
      lock guard{mtx_};
      goodbye_ = true;
      state_ = state::closing;
      frames_.clear();
      pump(guard);
      break;
    }
    default:
      cut_off("it sent a frame out of turn");
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
  auto guard = brief_lock(mtx_);
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
      failure_ = lost(why);
    reason = failure_;
    changed_.notify_all();
  }
  if (session_ && session_->detach(*this) && !(broke && hub_->mend(session_))) {
    session_->close(reason);
    hub_->remove(*session_, how, reason, cause);
  }
  hub_->stream_closed(*this);
}

// -- sending ------------------------------------------------------------------

double connection::phi(time_point now) {
  lock guard{mtx_};
  return detector_ ? detector_->phi(now) : 0;
}

void connection::pump() {
  auto guard = brief_lock(mtx_);
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
      goodbye.mutable_goodbye()->set_received(session_->last_handled());
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
  io->hold();
  auto from = state_ == state::open ? session_ : nullptr;
  guard.unlock();
  io->write(std::move(frame), hint);
  if (from)
    from->answer_room_requests();
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

void connection::abort_handshake(caf::error why) {
  {
    lock guard{mtx_};
    if (state_ != state::greeting)
      return;
  }
  abort(std::move(why));
}

/// Ends the link to a peer that breaks the protocol.
void connection::cut_off(std::string_view why) {
  auto reason = lost(why);
  log_link_line(describe(reason));
  abort(std::move(reason));
}

caf::error connection::lost(std::string_view why) const {
  std::string what = "the link to a stranger is lost";
  if (!peer_.name.empty())
    what = fmt::format("the link to node {} is lost", peer_.name);
  else if (role_ == connection_role::dialed)
    what = "there is no link to " + destination_.address;
  return make_error(errc::link_lost,
                    fmt::format("{}{}{}", what, why.empty() ? "" : ": ", why));
}

} // namespace troupe
