// SPDX-License-Identifier: Apache-2.0

#include "link/remote_actor.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/dead_letter.hpp"
#include "troupe/scheduling/deadline.hpp"
#include "troupe/scheduling/trace.hpp"
#include "troupe/scheduling/trace_switch.hpp"

#include "link/codec.hpp"
#include "link/hub.hpp"
#include "link/peer_clock.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

/// Messages may wait so many times while those before them are being sent.
constexpr size_t max_rounds = 16;

} // namespace

remote_actor::remote_actor(caf::actor_config& cfg, std::weak_ptr<hub> owner,
                           std::shared_ptr<session> link, uint64_t ticket)
    : caf::actor_proxy(cfg),
      hub_(std::move(owner)),
      link_(std::move(link)),
      ticket_(ticket),
      is_service_(link_ != nullptr && has_service(link_->peer(), id())) {
  if (link_ == nullptr)
    early_ = std::make_unique<std::deque<early_message>>();
}

remote_actor::~remote_actor() {
  if (auto owner = hub_.lock(); owner && early_)
    owner->strangers().release(early_->size());
}

const char* remote_actor::name() const {
  return "troupe.remote_actor";
}

void remote_actor::enqueue(caf::mailbox_element_ptr what,
                           caf::execution_unit*) {
  auto link = current_link();
  if (!link) {
    hold(std::move(what));
    return;
  }
  auto owner = hub_.lock();
  dispatch(link.get(), owner.get(), std::move(what));
}

void remote_actor::dispatch(session* link, hub* owner,
                            caf::mailbox_element_ptr what) {
  if (link != nullptr && owner != nullptr
      && what->content().match_elements<caf::exit_msg>()) {
    send_exit(*link, *owner, what->content().get_as<caf::exit_msg>(0));
    return;
  }
  // Only whoever lives here waits for room here.
  if (link != nullptr && owner != nullptr && what->mid.is_request()
      && what->sender && what->sender->node() == owner->system().node()
      && what->content().match_elements<room_atom, uint64_t>()) {
    link->ask_for_room({what->content().get_as<uint64_t>(1),
                        std::move(what->sender), what->mid});
    return;
  }
  auto content = what->move_content_to_message();
  auto err = link != nullptr && owner != nullptr
                 ? forward(*link, *owner, *what, content, session::lane::data)
                 : make_error(errc::link_lost, "the remote actor is gone");
  if (err)
    not_sent(link, owner, *what, content, std::move(err));
}

/// Has `what` wait if there has not been a link.
void remote_actor::hold(caf::mailbox_element_ptr what) {
  std::unique_lock guard{link_mtx_};
  if (!early_) {
    guard.unlock();
    // There may be one by now.
    auto link = current_link();
    auto owner = hub_.lock();
    dispatch(link.get(), owner.get(), std::move(what));
    return;
  }
  auto owner = hub_.lock();
  if (owner && !is_last_round_ && owner->strangers().take()) {
    early_->push_back(
        {std::move(what), deadline_scope::current(), trace_scope::current()});
    return;
  }
  auto why = is_last_round_ ? "what has waited for the node goes first"
                            : "too many messages wait for nodes that are being "
                              "dialled";
  guard.unlock();
  auto content = what->move_content_to_message();
  not_sent(nullptr, owner.get(), *what, content,
           make_error(errc::link_full, why));
}

caf::error remote_actor::bind(const std::shared_ptr<session>& link) {
  if (auto err = link->send_monitor(id(), ticket_))
    return err;
  auto owner = hub_.lock();
  // In the last round nothing is added, so the one after it ends this.
  for (size_t round = 1;; ++round) {
    std::deque<early_message> batch;
    {
      std::lock_guard guard{link_mtx_};
      if (!early_)
        return {};
      if (early_->empty()) {
        early_ = nullptr;
        link_ = link;
        return {};
      }
      batch.swap(*early_);
      is_last_round_ = round == max_rounds;
    }
    if (owner)
      owner->strangers().release(batch.size());
    // What comes meanwhile waits behind these.
    for (auto& x : batch) {
      std::optional<deadline_scope> scope;
      if (x.deadline)
        scope.emplace(*x.deadline);
      trace_switch as_sent{x.trace};
      dispatch(link.get(), owner.get(), std::move(x.what));
    }
  }
}

/// Describes `who` for the wire and makes sure that replies find it.
/// @param node Memory for the node's bytes.
actor_ref remote_actor::to_ref(const caf::strong_actor_ptr& who, hub& owner,
                               std::string& node) {
  if (!who)
    return {};
  auto& sys = owner.system();
  auto id = who->id();
  if (who->node() != sys.node()) {
    node = node_bytes(who->node());
  } else if (last_sender_.load(std::memory_order_relaxed) != id) {
    sys.registry().put(id, who);
    last_sender_.store(id, std::memory_order_relaxed);
  }
  return {id, node, owner.ticket_of(who->node(), id)};
}

std::shared_ptr<session> remote_actor::current_link() {
  std::lock_guard guard{link_mtx_};
  return link_;
}

void remote_actor::send_exit(session& link, hub& owner,
                             const caf::exit_msg& x) {
  std::string node;
  auto source = caf::actor_cast<caf::strong_actor_ptr>(x.source);
  // Without a link the actor is as good as gone.
  static_cast<void>(
      link.send_exit(id(), to_ref(source, owner, node), x.reason));
}

caf::error remote_actor::forward(session& link, hub& owner,
                                 caf::mailbox_element& what,
                                 const caf::message& content,
                                 session::lane way) {
  auto& sys = owner.system();
  static thread_local packed_message packed;
  if (auto err =
          pack(sys, owner, owner.schemas(), content, packed, link.buffers())) {
    packed.blocks.clear();
    return err;
  }
  // Who makes a request is answered over the link that it came by.
  auto sender = what.sender;
  if (sender && what.mid.is_request() && sender->node() != sys.node())
    sender = owner.stand_ins().of(sender);
  std::string sender_node;
  message_record envelope{.to = id(),
                          .from = to_ref(sender, owner, sender_node),
                          .message_id = what.mid.integer_value()};
  std::vector<std::string> nodes(what.stages.size());
  for (size_t i = 0; i < what.stages.size(); ++i)
    envelope.stages.push_back(to_ref(what.stages[i], owner, nodes[i]));
  if (auto deadline = deadline_scope::current();
      deadline && what.mid.is_request())
    envelope.deadline_us = to_microseconds(*deadline);
  envelope.trace = trace_scope::current();
  auto client = what.mid.is_request() ? sender : nullptr;
  auto result =
      link.send({std::move(envelope), packed, content, way}, std::move(client));
  // They own what they show; until the next message would be too long.
  packed.blocks.clear();
  return result;
}

/// Tells whoever is concerned that a message could not be sent.
void remote_actor::not_sent(session* link, hub* owner,
                            caf::mailbox_element& what,
                            const caf::message& content, caf::error why) {
  if (what.mid.is_request()) {
    if (what.sender)
      what.sender->enqueue(nullptr, what.mid.response_id(),
                           caf::make_message(std::move(why)), nullptr);
    return;
  }
  // The client is at the other end, and waits.
  if (what.mid.is_response() && link != nullptr && owner != nullptr
      && why != errc::link_lost
      && !forward(*link, *owner, what, caf::make_message(why),
                  session::lane::urgent))
    return;
  auto among_services = is_service_ && owner != nullptr && what.sender
                        && what.sender->node() == owner->own().id
                        && has_service(owner->own(), what.sender->id());
  if (owner != nullptr && !among_services)
    report(owner->system(),
           {.reason = std::move(why),
            .sender = what.sender ? what.sender->id() : caf::invalid_actor_id,
            .receiver = id(),
            .peer = link != nullptr ? link->peer().name : ""},
           content);
}

void remote_actor::kill_proxy(caf::execution_unit* context, caf::error reason) {
  std::unique_ptr<std::deque<early_message>> early;
  {
    std::lock_guard guard{link_mtx_};
    link_.reset();
    early.swap(early_);
  }
  if (early) {
    auto owner = hub_.lock();
    if (owner)
      owner->strangers().release(early->size());
    for (auto& x : *early) {
      auto content = x.what->move_content_to_message();
      not_sent(nullptr, owner.get(), *x.what, content, reason);
    }
  }
  cleanup(std::move(reason), context);
}

} // namespace troupe
