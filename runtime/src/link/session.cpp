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

outbox_limits limits_of(const hub_options& options, const identity& peer) {
  return {options.max_unsent_bytes, session::window_bytes,
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

} // namespace troupe
