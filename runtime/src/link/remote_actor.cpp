// SPDX-License-Identifier: Apache-2.0

#include "link/remote_actor.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"

#include "link/codec.hpp"
#include "link/connection.hpp"
#include "link/hub.hpp"

namespace troupe {

namespace {

/// Describes `who` for the wire and makes sure that replies find it.
void set_actor(wire::Actor& dest, const caf::strong_actor_ptr& who,
               caf::actor_system& sys) {
  dest.set_id(who->id());
  if (who->node() == sys.node())
    sys.registry().put(who->id(), who);
  else
    dest.set_node(node_bytes(who->node()));
}

void answer_with_error(const caf::mailbox_element& request,
                       const caf::error& why) {
  if (request.sender && request.mid.is_request())
    request.sender->enqueue(nullptr, request.mid.response_id(),
                            caf::make_message(why), nullptr);
}

} // namespace

remote_actor::remote_actor(caf::actor_config& cfg, std::weak_ptr<hub> owner,
                           std::shared_ptr<connection> link)
    : caf::actor_proxy(cfg), hub_(std::move(owner)), link_(std::move(link)) {
  // nop
}

const char* remote_actor::name() const {
  return "troupe.remote_actor";
}

void remote_actor::enqueue(caf::mailbox_element_ptr what,
                           caf::execution_unit*) {
  if (auto err = forward(*what))
    answer_with_error(*what, err);
}

caf::error remote_actor::forward(caf::mailbox_element& what) {
  std::shared_ptr<connection> link;
  {
    std::lock_guard guard{link_mtx_};
    link = link_;
  }
  auto owner = hub_.lock();
  if (!link || !owner)
    return make_error(errc::link_lost, "the remote actor is gone");
  auto& sys = owner->system();
  wire::Envelope envelope;
  envelope.set_to(id());
  envelope.set_message_id(what.mid.integer_value());
  auto& content = what.content();
  if (content.match_elements<caf::exit_msg>()) {
    auto& msg = content.get_as<caf::exit_msg>(0);
    envelope.set_kind(wire::Envelope::EXIT);
    if (auto source = caf::actor_cast<caf::strong_actor_ptr>(msg.source))
      set_actor(*envelope.mutable_from(), source, sys);
    envelope.set_payload(encode_error(msg.reason));
    return link->send(std::move(envelope));
  }
  auto encoded = encode(sys, content);
  if (!encoded)
    return std::move(encoded.error());
  auto limit = std::min(owner->options().max_message_bytes,
                        link->peer().max_message_bytes);
  if (encoded->payload.size() > limit)
    return make_error(errc::message_too_large,
                      fmt::format("a message of {} bytes to node {}, the limit "
                                  "is {}",
                                  encoded->payload.size(), link->peer().name,
                                  limit));
  envelope.set_schema(std::move(encoded->schema));
  envelope.set_payload(std::move(encoded->payload));
  if (what.sender)
    set_actor(*envelope.mutable_from(), what.sender, sys);
  for (auto& stage : what.stages)
    set_actor(*envelope.add_stages(), stage, sys);
  if (what.sender && what.mid.is_request())
    return link->send_request(std::move(envelope), what.sender, what.mid);
  return link->send(std::move(envelope));
}

void remote_actor::kill_proxy(caf::execution_unit* context, caf::error reason) {
  {
    std::lock_guard guard{link_mtx_};
    link_.reset();
  }
  cleanup(std::move(reason), context);
}

} // namespace troupe
