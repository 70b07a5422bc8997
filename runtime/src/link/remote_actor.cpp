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
#include "link/hub.hpp"
#include "link/session.hpp"

namespace troupe {

namespace {

/// Describes `who` for the wire and makes sure that replies find it.
/// @param node Memory for the node's bytes.
actor_ref to_ref(const caf::strong_actor_ptr& who, caf::actor_system& sys,
                 std::string& node) {
  if (!who)
    return {};
  if (who->node() != sys.node())
    node = node_bytes(who->node());
  else
    sys.registry().put(who->id(), who);
  return {who->id(), node};
}

void answer_with_error(const caf::mailbox_element& request,
                       const caf::error& why) {
  if (request.sender && request.mid.is_request())
    request.sender->enqueue(nullptr, request.mid.response_id(),
                            caf::make_message(why), nullptr);
}

} // namespace

remote_actor::remote_actor(caf::actor_config& cfg, std::weak_ptr<hub> owner,
                           std::shared_ptr<session> link)
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
  std::shared_ptr<session> link;
  {
    std::lock_guard guard{link_mtx_};
    link = link_;
  }
  auto owner = hub_.lock();
  if (!link || !owner)
    return make_error(errc::link_lost, "the remote actor is gone");
  auto& sys = owner->system();
  auto& content = what.content();
  std::string sender_node;
  if (content.match_elements<caf::exit_msg>()) {
    auto& msg = content.get_as<caf::exit_msg>(0);
    auto source = caf::actor_cast<caf::strong_actor_ptr>(msg.source);
    return link->send_exit(id(), to_ref(source, sys, sender_node), msg.reason);
  }
  static thread_local packed_message packed;
  auto msg = what.move_content_to_message();
  if (auto err = pack(sys, owner->schemas(), msg, packed, link->buffers()))
    return err;
  message_record envelope{.to = id(),
                          .from = to_ref(what.sender, sys, sender_node),
                          .message_id = what.mid.integer_value()};
  std::vector<std::string> nodes(what.stages.size());
  for (size_t i = 0; i < what.stages.size(); ++i)
    envelope.stages.push_back(to_ref(what.stages[i], sys, nodes[i]));
  auto client = what.mid.is_request() ? what.sender : nullptr;
  auto result =
      link->send({std::move(envelope), packed, msg}, std::move(client));
  // They own what they show; until the next message would be too long.
  packed.blocks.clear();
  return result;
}

void remote_actor::kill_proxy(caf::execution_unit* context, caf::error reason) {
  {
    std::lock_guard guard{link_mtx_};
    link_.reset();
  }
  cleanup(std::move(reason), context);
}

} // namespace troupe
