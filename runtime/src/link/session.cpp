// SPDX-License-Identifier: Apache-2.0

#include "link/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/message.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/dead_letter.hpp"

#include "link/brief_lock.hpp"
#include "link/connection.hpp"
#include "link/hub.hpp"
#include "link/link_log.hpp"
#include "link/poller.hpp"
#include "port/memory_file.hpp"

namespace troupe {

namespace {

/// Bytes that a peer may send before they are acknowledged.
constexpr uint64_t window_bytes = uint64_t{4} << 20;

/// An acknowledgement is sent after this much at the latest, or with the next
/// frame or heartbeat.
constexpr uint64_t acknowledge_after = window_bytes / 4;

outbox_limits limits_of(const hub_options& options, const identity& peer) {
  return {options.max_unsent_bytes, window_bytes,
          2 * std::min(options.max_message_bytes, peer.max_message_bytes)};
}

/// @returns 0 if it is not known.
int64_t process_of(const caf::node_id& x) {
  auto data = dynamic_cast<const caf::node_id::default_data*>(x.operator->());
  return data != nullptr ? data->process_id() : 0;
}

buffer_way way_to(const hub_options& options, const identity& peer) {
  if (options.buffers == buffer_way::files
      && port::may_be_opened_by(static_cast<pid_t>(process_of(peer.id))))
    return buffer_way::files;
  return buffer_way::bytes;
}

/// Of anonymous senders, those that send to the same actor share a lane.
uint64_t lane_of(const message_record& x) {
  return x.from.id != 0 ? 2 * x.from.id : 2 * x.to + 1;
}

/// What a message takes beside its content, at most, but for unusual ones.
constexpr uint64_t record_overhead = 512;

/// Whoever was told that there is room sends within this time, or loses it.
constexpr auto promise_lasts = std::chrono::milliseconds{200};

/// Senders that may wait for room at the same time.
constexpr size_t max_room_requests = 65'536;

void answer(const session::room_request& x, caf::message content) {
  if (x.sender)
    x.sender->enqueue(nullptr, x.id.response_id(), std::move(content), nullptr);
}

/// The bytes of a record while it is being added.
std::string& scratch() {
  static thread_local std::string result;
  result.clear();
  return result;
}

} // namespace

session::session(hub& owner, identity peer, uint64_t id)
    : hub_(owner),
      peer_(std::move(peer)),
      id_(id),
      buffers_(way_to(owner.options(), peer_)),
      outbox_(limits_of(owner.options(), peer_)),
      inbox_(owner, *this) {
  // nop
}

std::optional<int64_t> session::files_of_peer() const {
  if (hub_.options().buffers != buffer_way::files)
    return std::nullopt;
  return process_of(peer_.id);
}

// -- sending ------------------------------------------------------------------

caf::error session::send(envelope&& x, caf::strong_actor_ptr client) {
  auto limit =
      std::min(hub_.options().max_message_bytes, peer_.max_message_bytes);
  if (x.content.bytes() > limit)
    return make_error(errc::message_too_large,
                      fmt::format("a message of {} bytes to node {}, the limit "
                                  "is {}",
                                  x.content.bytes(), peer_.name, limit));
  outbox::parcel parcel;
  if (!x.content.blocks.empty()) {
    parcel.blocks = x.content.blocks;
    parcel.block_bytes = x.content.block_bytes();
    parcel.transfer = ++last_transfer_;
    auto owner = std::make_shared<const caf::message>(x.owner);
    for (auto& block : parcel.blocks)
      if (!block.owner)
        block.owner = owner;
  }
  x.record.transfer = parcel.transfer;
  x.record.block_bytes = parcel.block_bytes;
  x.record.schema = x.content.types->number;
  x.record.head = x.content.head;
  auto& bytes = scratch();
  write_record(bytes, x.record);
  parcel.record = bytes;
  caf::message_id mid{x.record.message_id};
  if (client && !hub_.requests().book(*this, client, mid))
    return make_error(
        errc::link_full,
        fmt::format("{} requests wait for answers", request_table::max_size));
  // Booked before it is sent: the answer may come at any time afterwards.
  auto fail = [&](caf::error why) {
    if (client)
      hub_.requests().erase(*this, client->id(), mid.response_id());
    return why;
  };
  auto urgent = (x.way == lane::urgent || mid.is_urgent_message())
                && parcel.blocks.empty();
  auto guard = brief_lock(mtx_);
  auto room = urgent ? outbox_.has_urgent_room(bytes.size())
                     : await_room(bytes.size() + parcel.block_bytes, guard);
  if (closed_)
    return fail(closed_error());
  if (hub_.is_muted())
    return fail(make_error(errc::link_lost, "this node is leaving"));
  if (!room)
    return fail(make_error(
        errc::link_full, fmt::format("{} bytes wait for node {}, the limit is "
                                     "{}",
                                     outbox_.waiting_bytes(), peer_.name,
                                     hub_.options().max_unsent_bytes)));
  if (!announce(*x.content.types))
    return fail(overrun(guard));
  if (urgent)
    return add_control(bytes, guard);
  promised_bytes_ -=
      std::min(promised_bytes_, bytes.size() + parcel.block_bytes);
  static_cast<void>(outbox_.add(lane_of(x.record), std::move(parcel)));
  pump(guard);
  return {};
}

/// @returns whether there is room, after a while if need be.
bool session::await_room(uint64_t bytes, lock& guard) {
  if (closed_ || outbox_.has_room(bytes))
    return true;
  auto& options = hub_.options();
  if (options.max_wait <= caf::timespan{0} || poller::on_duty())
    return false;
  ++waiting_;
  auto result = room_.wait_for(guard, options.max_wait, [&] {
    return closed_ || outbox_.has_room(bytes);
  });
  --waiting_;
  return result;
}

void session::ask_for_room(room_request x) {
  caf::error refused;
  {
    lock guard{mtx_};
    if (closed_) {
      refused = closed_error();
    } else if (room_requests_.size() == max_room_requests) {
      refused = make_error(errc::link_full,
                           fmt::format("{} senders wait for room to node {}",
                                       max_room_requests, peer_.name));
    } else {
      room_requests_.push_back(std::move(x));
      has_room_requests_ = true;
    }
  }
  if (refused)
    answer(x, caf::make_message(std::move(refused)));
  else
    answer_room_requests();
}

void session::answer_room_requests() {
  if (!has_room_requests_)
    return;
  std::vector<room_request> lucky;
  {
    lock guard{mtx_};
    auto now = std::chrono::steady_clock::now();
    if (now - promised_at_ > promise_lasts)
      promised_bytes_ = 0;
    auto fits = [this](uint64_t bytes) {
      auto taken = outbox_.waiting_bytes() + promised_bytes_;
      return taken == 0 || taken + bytes <= hub_.options().max_unsent_bytes;
    };
    while (!room_requests_.empty()) {
      auto bytes = room_requests_.front().bytes + record_overhead;
      if (!fits(bytes))
        break;
      promised_bytes_ += bytes;
      promised_at_ = now;
      lucky.push_back(std::move(room_requests_.front()));
      room_requests_.pop_front();
    }
    has_room_requests_ = !room_requests_.empty();
  }
  for (auto& x : lucky)
    answer(x, caf::message{});
}

/// Answers those who wait for room, since there will be none.
void session::refuse_room_requests(const caf::error& why) {
  std::deque<room_request> all;
  {
    lock guard{mtx_};
    all.swap(room_requests_);
    has_room_requests_ = false;
  }
  for (auto& x : all)
    answer(x, caf::make_message(why));
}

caf::error session::send_monitor(caf::actor_id id, uint64_t ticket) {
  auto& bytes = scratch();
  write_record(bytes, monitor_record{id, ticket});
  return send_control(bytes);
}

void session::send_down(caf::actor_id id, const caf::error& why) {
  auto reason = pack_error(why);
  auto& bytes = scratch();
  write_record(bytes, down_record{id, reason});
  // Behind what the actor itself has sent.
  lock guard{mtx_};
  if (closed_ || hub_.is_muted())
    return;
  if (outbox_.add(2 * id, {.record = bytes}))
    pump(guard);
  else
    static_cast<void>(add_control(bytes, guard));
}

caf::error session::send_exit(caf::actor_id to, const actor_ref& from,
                              const caf::error& why) {
  auto reason = pack_error(why);
  auto& bytes = scratch();
  write_record(bytes, exit_record{to, from, reason});
  return send_control(bytes);
}

caf::error session::send_control(std::string_view bytes) {
  lock guard{mtx_};
  if (closed_)
    return closed_error();
  return add_control(bytes, guard);
}

caf::error session::add_control(std::string_view bytes, lock& guard) {
  if (!outbox_.add_control(bytes))
    return overrun(guard);
  pump(guard);
  return {};
}

/// Ends the session with a peer that asks for more than it reads.
caf::error session::overrun(lock& guard) {
  auto why = make_error(
      errc::link_lost,
      fmt::format("the link to node {} is cut: it reads too slowly, {} bytes "
                  "of notices wait",
                  peer_.name, outbox_.control_bytes()));
  auto first = !std::exchange(overrun_, true);
  auto link = link_;
  guard.unlock();
  if (first)
    log_link_line(describe(why));
  // Without a stream it ends when the peer comes back.
  if (link)
    link->abort(why);
  return why;
}

caf::error session::closed_error() const {
  return closed_because_;
}

/// Defines the schema for the peer, before the first message that uses it.
/// @returns whether there was room.
bool session::announce(const schema& x) {
  if (announced_.size() <= x.number)
    announced_.resize(x.number + 1);
  if (announced_[x.number])
    return true;
  std::string bytes;
  write_record(bytes, schema_record{x.number, x.names});
  announced_[x.number] = outbox_.add_control(bytes);
  return announced_[x.number];
}

void session::pump(lock& guard) {
  if (!link_ || link_->is_writing()) {
    guard.unlock();
    return;
  }
  auto link = link_;
  guard.unlock();
  link->pump();
}

// -- for the connection -------------------------------------------------------

void session::attach(std::shared_ptr<connection> link,
                     std::string dialed_address) {
  lock guard{mtx_};
  dialed_address_ = std::move(dialed_address);
  link_ = std::move(link);
}

caf::error session::resume(std::shared_ptr<connection> link,
                           uint64_t sequence) {
  std::shared_ptr<connection> former;
  std::optional<std::vector<packed_frame>> done;
  {
    lock guard{mtx_};
    if (closed_)
      return closed_error();
    if (overrun_)
      return make_error(errc::link_lost, "too many notices wait");
    done = outbox_.acknowledge(sequence);
    if (!done)
      return make_error(errc::link_lost,
                        "the peer acknowledges what was not sent");
    outbox_.rewind();
    former = std::exchange(link_, std::move(link));
    ++stats_.resumed;
  }
  if (former)
    former->abort(make_error(errc::link_lost, "another stream replaces it"));
  return {};
}

bool session::detach(const connection& link) {
  lock guard{mtx_};
  if (link_.get() != &link)
    return false;
  link_ = nullptr;
  return true;
}

link_stats session::stats() {
  lock guard{mtx_};
  auto result = stats_;
  result.waiting_bytes = outbox_.waiting_bytes() + outbox_.control_bytes();
  result.unacknowledged_bytes = outbox_.unacknowledged_bytes();
  auto link = link_;
  guard.unlock();
  result.peer = peer_.name;
  result.window_bytes = window_bytes;
  if (link)
    result.phi = link->phi(std::chrono::steady_clock::now());
  return result;
}

bool session::attached() {
  lock guard{mtx_};
  return link_ != nullptr;
}

caf::error session::received(segment_reader frame) {
  char start[max_frame_header_bytes];
  auto size = frame.peek(start, sizeof(start));
  byte_reader in{{start, size}};
  auto header = read_frame_header(in);
  frame.skip(size - in.remaining());
  if (!in.ok() || header.record_bytes > frame.remaining())
    return make_error(errc::link_lost, "the peer sent a malformed frame");
  if (auto err = acknowledged(header.received))
    return err;
  clock_.heard(header.time_us, peer_clock::time_point::clock::now());
  if (header.sequence == 0)
    return {};
  auto bytes = frame.remaining();
  {
    lock guard{mtx_};
    // Sent again because our acknowledgement was lost.
    if (header.sequence <= received_)
      return {};
    if (header.sequence != received_ + 1)
      return make_error(errc::link_lost, "frames of the peer are missing");
    received_ = header.sequence;
    ++stats_.received_frames;
    stats_.received_bytes += bytes;
  }
  std::string flat;
  auto records = frame.take(header.record_bytes, flat);
  if (auto err = inbox_.receive(records, frame))
    return err;
  lock guard{mtx_};
  handled_ = header.sequence;
  unacknowledged_bytes_ += bytes;
  if (unacknowledged_bytes_ >= acknowledge_after) {
    must_acknowledge_ = true;
    pump(guard);
  }
  return {};
}

caf::error session::acknowledged(uint64_t sequence) {
  std::optional<std::vector<packed_frame>> done;
  auto guard = brief_lock(mtx_);
  done = outbox_.acknowledge(sequence);
  if (!done)
    return make_error(errc::link_lost,
                      "the peer acknowledges what was not sent");
  if (outbox_.ready())
    pump(guard);
  return {};
}

uint64_t session::last_received() {
  lock guard{mtx_};
  return received_;
}

uint64_t session::last_handled() {
  lock guard{mtx_};
  unacknowledged_bytes_ = 0;
  must_acknowledge_ = false;
  return handled_;
}

bool session::ready() {
  auto guard = brief_lock(mtx_);
  return must_acknowledge_ || outbox_.ready();
}

bool session::drained() {
  lock guard{mtx_};
  return outbox_.waiting_bytes() == 0;
}

bool session::next_frame(std::vector<slice>& dest) {
  auto guard = brief_lock(mtx_);
  auto frame = outbox_.take();
  if (!frame && !must_acknowledge_)
    return false;
  if (frame && waiting_ != 0)
    room_.notify_all();
  must_acknowledge_ = false;
  unacknowledged_bytes_ = 0;
  frame_header header;
  // A file that a message tells of must not go before it is opened.
  header.received = handled_;
  header.time_us = to_microseconds(peer_clock::time_point::clock::now());
  if (frame) {
    header.sequence = frame->sequence;
    header.record_bytes = frame->records->size();
    ++stats_.sent_frames;
    stats_.sent_bytes += frame->bytes;
  }
  auto start = std::make_shared<std::string>();
  write_frame_header(*start, header);
  dest.push_back({start->data(), start->size(), start});
  if (!frame)
    return true;
  dest.push_back(
      {frame->records->data(), frame->records->size(), frame->records});
  dest.insert(dest.end(), std::make_move_iterator(frame->bulk.begin()),
              std::make_move_iterator(frame->bulk.end()));
  return true;
}

/// Reports the plain messages among what was not received; whoever waits for an
/// answer is told otherwise.
void session::report_lost(const std::vector<std::string>& records,
                          const caf::error& why) {
  auto& sys = hub_.system();
  if (!sys.registry().get(dead_letter_listener))
    return;
  any_record next;
  for (auto& bytes : records)
    for (byte_reader in{bytes}; in.remaining() != 0 && read_record(in, next);)
      if (auto x = std::get_if<message_record>(&next);
          x && caf::message_id{x->message_id}.is_async())
        report(sys, {.reason = why,
                     .sender = x->from.id,
                     .receiver = x->to,
                     .peer = peer_.name,
                     .content = hub_.schemas().names_of(x->schema)});
}

void session::close(const caf::error& why) {
  lock guard{mtx_};
  if (!closed_)
    closed_because_ = why;
  closed_ = true;
  link_ = nullptr;
  give_up(why, guard);
}

/// Tells all whom it concerns. @pre closed
void session::give_up(const caf::error& why, lock& guard) {
  auto left = outbox_.abandon();
  room_.notify_all();
  guard.unlock();
  report_lost(left.take_all_records(), why);
  hub_.requests().fail(*this, why);
  refuse_room_requests(why);
}

bool session::close_if_detached(const caf::error& why) {
  lock guard{mtx_};
  if (closed_ || link_)
    return false;
  closed_ = true;
  closed_because_ = why;
  give_up(why, guard);
  return true;
}

// -- ends ---------------------------------------------------------------------

std::shared_ptr<connection> session::current_link() {
  lock guard{mtx_};
  return link_;
}

void session::leave() {
  auto link = current_link();
  {
    lock guard{mtx_};
    if (!closed_)
      closed_because_ =
          make_error(errc::link_lost,
                     fmt::format("the link to node {} is lost", peer_.name));
    closed_ = true;
    room_.notify_all();
  }
  if (link)
    link->leave();
}

void session::abort(const caf::error& why) {
  if (auto link = current_link())
    link->abort(why);
}

} // namespace troupe
