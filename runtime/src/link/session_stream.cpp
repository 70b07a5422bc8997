// SPDX-License-Identifier: Apache-2.0

// What a session has to do with its streams, and how it ends.

#include "link/session.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/dead_letter.hpp"

#include "link/brief_lock.hpp"
#include "link/connection.hpp"
#include "link/hub.hpp"

namespace troupe {

namespace {

/// An acknowledgement is sent after this much at the latest, or with the next
/// frame or heartbeat.
constexpr uint64_t acknowledge_after = session::window_bytes / 4;

} // namespace

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
          x && caf::message_id{x->message_id}.is_async()
          && !(x->from.node.empty() && has_service(hub_.own(), x->from.id)
               && has_service(peer_, x->to)))
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
