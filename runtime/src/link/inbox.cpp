// SPDX-License-Identifier: Apache-2.0

#include "link/inbox.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"

#include "link/hub.hpp"
#include "link/outbox.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

/// What the names of all schemas of a peer may have in sum.
constexpr uint64_t max_schema_bytes = uint64_t{16} << 20;

/// Senders that are remembered.
constexpr size_t max_senders = 4096;

caf::error nonsense(std::string text) {
  return make_error(errc::link_lost, std::move(text));
}

/// Returns why a message of that many bytes is not taken.
caf::error check_size(uint64_t head_bytes, uint64_t block_bytes,
                      uint64_t limit) {
  // The sum could be beyond what fits into the type.
  if (head_bytes <= limit && block_bytes <= limit - head_bytes)
    return {};
  return make_error(errc::message_too_large,
                    fmt::format("{} bytes, the limit is {}",
                                block_bytes + head_bytes, limit));
}

/// Returns whether CAF takes a message with this id for one of a stream, whose
/// content it does not check.
bool is_stream_message(caf::message_id x) {
  return x.category() == caf::message_id::upstream_message_category
         || x.category() == caf::message_id::downstream_message_category;
}

/// Names what a message consists of.
std::string_view text_of(const caf::expected<schema>& x) {
  return x ? std::string_view{x->names} : "values of unknown types";
}

} // namespace

inbox::inbox(hub& owner, session& from) : hub_(owner), session_(from) {
  // nop
}

caf::error inbox::receive(std::string_view records, segment_reader& chunks) {
  byte_reader in{records};
  any_record next;
  while (in.remaining() != 0) {
    if (!read_record(in, next))
      return nonsense("the peer sent a malformed record");
    auto err = std::visit([&](auto& x) { return take(x, chunks); }, next);
    if (err)
      return err;
  }
  if (chunks.remaining() != 0)
    return nonsense("the peer sent bytes that belong to nothing");
  return {};
}

caf::error inbox::take(const schema_record& x, segment_reader&) {
  schema_bytes_ += x.names.size();
  if (x.number >= max_schemas || schema_bytes_ > max_schema_bytes)
    return nonsense("the peer defines too many schemas");
  auto entry =
      std::make_unique<schema_entry>(hub_.schemas().parse(x.number, x.names));
  if (!schemas_.emplace(x.number, std::move(entry)).second)
    return nonsense("the peer defines a schema twice");
  return {};
}

caf::error inbox::take(const message_record& x, segment_reader&) {
  auto i = schemas_.find(x.schema);
  if (i == schemas_.end())
    return nonsense("the peer uses a schema that it has not defined");
  arrival message{.to = x.to,
                  .sender = find_actor(x.from),
                  .id = caf::message_id{x.message_id},
                  .stages = {},
                  .deadline = {},
                  .trace = x.trace,
                  .from = &session_};
  if (x.deadline_us)
    message.deadline = session_.time_of(*x.deadline_us);
  if (is_stream_message(message.id))
    return nonsense("the peer sent a message of a stream");
  // Services act on behalf of the peer, never of whoever it names.
  if (!message.id.is_response() && hub_.is_service(x.to)
      && (x.from.id == 0 || !x.from.node.empty() || !x.stages.empty())) {
    if (x.block_bytes != 0)
      return nonsense("the peer spoke to a service in another's name");
    refuse(hub_, message,
           make_error(errc::peer_not_trusted,
                      fmt::format("node {} speaks for another node",
                                  session_.peer().name)),
           text_of(*i->second));
    return {};
  }
  // What nobody has asked the peer for, or has been answered before.
  auto wanted = !message.id.is_response()
                || hub_.requests().waits(session_, x.to, message.id);
  for (auto& stage : x.stages)
    if (auto ptr = find_actor(stage))
      message.stages.push_back(std::move(ptr));
  auto& types = *i->second;
  auto objection = wanted ? check(message, types) : caf::error{};
  if (x.block_bytes != 0)
    return start(std::move(message), x, wanted ? &types : nullptr, objection);
  if (!wanted)
    return {};
  auto limit = hub_.options().max_message_bytes;
  if (!objection)
    objection = check_size(x.head.size(), 0, limit);
  if (objection) {
    refuse(hub_, message, objection, text_of(types));
    return {};
  }
  auto content = unpack(hub_.system(), hub_, hub_.proxies(), *types, x.head);
  if (content)
    deliver(hub_, message, std::move(*content));
  else
    refuse(hub_, message, content.error(), types->names);
  return {};
}

/// Returns why a message is not taken, whatever is in it.
caf::error inbox::check(const arrival& x, const schema_entry& types) const {
  if (!x.id.is_response() && !may_reach(x.to)) {
    // Who guesses numbers does not learn which ones there are.
    if (x.id.is_request())
      return caf::sec::request_receiver_down;
    return make_error(errc::unknown_destination,
                      fmt::format("actor {} is not known to node {}", x.to,
                                  session_.peer().name));
  }
  if (x.deadline && *x.deadline <= std::chrono::steady_clock::now())
    return make_error(errc::deadline_passed,
                      "the deadline passed before the request arrived");
  return types ? caf::error{} : types.error();
}

/// Prepares for the blocks of a message. One that cannot be taken is refused at
/// once, and its blocks are skipped; so are those of one without types, which
/// nobody wants.
/// @param failure Why it is not taken, as far as that is known.
caf::error inbox::start(arrival message, const message_record& x,
                        const schema_entry* types, caf::error failure) {
  auto limit = hub_.options().max_message_bytes;
  if (transfers_.size() == outbox::max_transfers
      || x.block_bytes > 2 * limit - transfer_bytes_)
    return nonsense("the peer sends too many large messages at once");
  auto [i, added] = transfers_.try_emplace(x.transfer);
  if (!added)
    return nonsense("the peer starts a transfer twice");
  auto& entry = i->second;
  entry.message = std::move(message);
  entry.missing_bytes = x.block_bytes;
  transfer_bytes_ += x.block_bytes;
  if (types == nullptr)
    return {};
  if (failure) {
    // It is refused below.
  } else if (auto err = check_size(x.head.size(), x.block_bytes, limit)) {
    failure = std::move(err);
  } else {
    entry.content = std::make_unique<incoming_message>(
        hub_.system(), hub_, hub_.proxies(), **types, session_.files_of_peer());
    failure = entry.content->begin(x.head, x.block_bytes);
  }
  if (failure) {
    entry.content = nullptr;
    refuse(hub_, entry.message, failure, text_of(*types));
  }
  return {};
}

caf::error inbox::take(const chunk_record& x, segment_reader& chunks) {
  auto i = transfers_.find(x.transfer);
  if (i == transfers_.end() || x.size > i->second.missing_bytes
      || x.size > chunks.remaining())
    return nonsense("the peer sent a chunk that belongs to nothing");
  auto& entry = i->second;
  if (entry.content)
    fill(entry, chunks, x.size);
  else
    chunks.skip(x.size);
  entry.missing_bytes -= x.size;
  transfer_bytes_ -= x.size;
  if (entry.missing_bytes != 0)
    return {};
  auto done = std::move(entry);
  transfers_.erase(i);
  if (!done.content)
    return {};
  auto content = done.content->finish();
  if (content)
    deliver(hub_, done.message, std::move(*content));
  else
    refuse(hub_, done.message, content.error(), {});
  return {};
}

void inbox::fill(transfer& x, segment_reader& chunks, uint64_t size) {
  auto& gaps = x.content->gaps();
  while (size > 0) {
    auto& gap = gaps[x.next_gap];
    auto n = std::min<uint64_t>(size, gap.size - x.offset);
    chunks.copy(gap.data + x.offset, n);
    x.offset += n;
    size -= n;
    if (x.offset == gap.size) {
      x.offset = 0;
      ++x.next_gap;
    }
  }
}

caf::error inbox::take(const monitor_record& x, segment_reader&) {
  if (hub_.is_service(x.to)
      || hub_.ticket_of(hub_.own().id, x.to) == x.ticket) {
    admit(x.to);
    attach_monitor(hub_, session_, x.to);
  } else {
    session_.send_down(x.to,
                       make_error(errc::unknown_destination,
                                  fmt::format("actor {} is not known to node "
                                              "{}",
                                              x.to, session_.peer().name)));
  }
  return {};
}

caf::error inbox::take(const down_record& x, segment_reader&) {
  senders_.erase(x.from);
  hub_.proxies().erase(session_.peer().id, x.from, unpack_error(x.reason));
  return {};
}

caf::error inbox::take(const exit_record& x, segment_reader&) {
  if (!hub_.is_service(x.to) && may_reach(x.to))
    deliver_exit(hub_, x.to, find_actor(x.from), unpack_error(x.reason));
  return {};
}

bool inbox::may_reach(caf::actor_id x) const {
  return reachable_.count(x) != 0 || hub_.is_service(x);
}

/// The peer was given the handle of an actor.
void inbox::admit(caf::actor_id x) {
  auto& registry = hub_.system().registry();
  if (!registry.get(x))
    return;
  reachable_.insert(x);
  if (reachable_.size() < look_again_at_)
    return;
  std::erase_if(reachable_, [&](auto id) { return !registry.get(id); });
  look_again_at_ = 2 * reachable_.size() + 1024;
}

caf::strong_actor_ptr inbox::find_actor(const actor_ref& x) {
  if (x.id == 0)
    return nullptr;
  if (!x.node.empty()) {
    auto node = parse_node_bytes(std::string{x.node});
    return node ? hub_.find_actor(node, x.id, x.ticket) : nullptr;
  }
  if (auto i = senders_.find(x.id); i != senders_.end())
    return i->second;
  auto result = hub_.find_actor(session_.peer().id, x.id, x.ticket);
  if (result) {
    if (senders_.size() >= max_senders)
      senders_.clear();
    senders_.emplace(x.id, result);
  }
  return result;
}

} // namespace troupe
