// SPDX-License-Identifier: Apache-2.0

// Handles of actors of other nodes.

#include "link/hub.hpp"

#include <utility>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/make_actor.hpp"

#include "link/remote_actor.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

/// The handle that this thread is about to look up.
struct learned_ticket {
  caf::node_id node;
  caf::actor_id id = 0;
  uint64_t ticket = 0;
};

thread_local learned_ticket last_learned;

} // namespace

void hub::on_stranger(stranger_handler x) {
  on_stranger_ = std::move(x);
}

void hub::forsake(const caf::node_id& node, const caf::error& why,
                  std::optional<uint64_t> number) {
  std::vector<caf::actor_id> early;
  {
    std::lock_guard guard{mtx_};
    // Otherwise they are about to be bound.
    if (peers_.count(node) == 0)
      early = strangers_.remove(node, number);
  }
  for (auto id : early)
    proxies_.erase(node, id, why);
}

caf::strong_actor_ptr hub::find_actor(const caf::node_id& node,
                                      caf::actor_id id, uint64_t ticket) {
  if (node == own_.id)
    return mint_.of(id) == ticket ? system_.registry().get(id) : nullptr;
  return proxy(node, id, ticket);
}

caf::strong_actor_ptr hub::proxy(const caf::node_id& node, caf::actor_id id,
                                 uint64_t ticket) {
  // The registry would remember for ever that there is none.
  if (!may_find(node, id))
    return nullptr;
  last_learned = {node, id, ticket};
  return proxies_.get_or_put(node, id);
}

/// Returns whether there is a handle for an actor of another node, or room for
/// one.
bool hub::may_find(const caf::node_id& node, caf::actor_id id) {
  {
    std::lock_guard guard{mtx_};
    if (peers_.count(node) != 0)
      return true;
    if (!closing_ && on_stranger_ && node && strangers_.has_room(node))
      return true;
  }
  return proxies_.get(node, id) != nullptr;
}

uint64_t hub::ticket_of(const caf::node_id& node, caf::actor_id id) {
  if (node == own_.id)
    return mint_.of(id);
  auto known = proxies_.get(node, id);
  return known ? static_cast<remote_actor*>(known->get())->ticket() : 0;
}

handle_kind hub::learn(const caf::node_id& node, caf::actor_id id,
                       uint64_t ticket) {
  // Who is gone has no ticket any more, and comes out as nobody.
  if (node == own_.id)
    return mint_.of(id) == ticket || !system_.registry().get(id)
               ? handle_kind::usable
               : handle_kind::forged;
  if (!may_find(node, id))
    return handle_kind::invalid;
  last_learned = {node, id, ticket};
  return handle_kind::usable;
}

/// Called with the registry of proxies locked.
caf::strong_actor_ptr hub::make_proxy(caf::node_id node, caf::actor_id id) {
  auto ticket = last_learned.id == id && last_learned.node == node
                    ? last_learned.ticket
                    : 0;
  std::shared_ptr<session> link;
  std::optional<troupe::strangers::entry> early;
  {
    std::lock_guard guard{mtx_};
    if (auto i = peers_.find(node); i != peers_.end())
      link = i->second;
    else if (!closing_ && on_stranger_ && node)
      early = strangers_.add(node, id);
  }
  if (link ? static_cast<bool>(link->send_monitor(id, ticket)) : !early)
    return nullptr;
  if (early && early->is_first)
    on_stranger_(node, early->number);
  caf::actor_config cfg;
  return caf::make_actor<remote_actor, caf::strong_actor_ptr>(
      id, std::move(node), &system_, cfg, weak_from_this(), std::move(link),
      ticket);
}

} // namespace troupe
