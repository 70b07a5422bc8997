// SPDX-License-Identifier: Apache-2.0

#include "link/delivery.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/mailbox_element.hpp"
#include "caf/sec.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"

#include "link/codec.hpp"
#include "link/connection.hpp"
#include "link/hub.hpp"

namespace troupe {

namespace {

/// Returns the actor that a peer means by `x`, or null.
caf::strong_actor_ptr find_actor(hub& owner, const identity& peer,
                                 const wire::Actor& x) {
  if (x.id() == 0)
    return nullptr;
  if (x.node().empty())
    return owner.proxy(peer.id, x.id());
  auto node = parse_node_bytes(x.node());
  if (node == owner.own().id)
    return owner.system().registry().get(x.id());
  return node ? owner.proxy(node, x.id()) : nullptr;
}

void deliver_message(hub& owner, connection& link, const wire::Envelope& x) {
  caf::message_id mid{x.message_id()};
  auto dest = owner.system().registry().get(x.to());
  if (mid.is_response())
    link.answered(x.to(), mid);
  auto sender = find_actor(owner, link.peer(), x.from());
  auto answer = [&](const caf::error& why) {
    if (sender && mid.is_request())
      sender->enqueue(nullptr, mid.response_id(), caf::make_message(why),
                      nullptr);
  };
  if (!dest) {
    answer(caf::sec::request_receiver_down);
    return;
  }
  auto content =
      x.payload().size() <= owner.options().max_message_bytes
          ? decode(owner.system(), owner.proxies(), x.schema(), x.payload())
          : make_error(errc::message_too_large,
                       fmt::format("{} bytes, the limit is {}",
                                   x.payload().size(),
                                   owner.options().max_message_bytes));
  if (!content) {
    // A response that does not decode is an error response.
    if (mid.is_response())
      dest->enqueue(sender, mid, caf::make_message(content.error()), nullptr);
    else
      answer(content.error());
    return;
  }
  caf::mailbox_element::forwarding_stack stages;
  for (auto& stage : x.stages())
    if (auto ptr = find_actor(owner, link.peer(), stage))
      stages.push_back(std::move(ptr));
  dest->get()->enqueue(caf::make_mailbox_element(std::move(sender), mid,
                                                 std::move(stages),
                                                 std::move(*content)),
                       nullptr);
}

void deliver_exit(hub& owner, connection& link, const wire::Envelope& x) {
  auto dest = owner.system().registry().get(x.to());
  auto source = find_actor(owner, link.peer(), x.from());
  if (dest)
    dest->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                  caf::make_message(
                      caf::exit_msg{caf::actor_cast<caf::actor_addr>(source),
                                    decode_error(x.payload())}),
                  nullptr);
}

void attach_monitor(hub& owner, connection& link, caf::actor_id id) {
  auto send_down = [id](connection& self, const caf::error& why) {
    wire::Envelope down;
    down.set_kind(wire::Envelope::DOWN);
    down.mutable_from()->set_id(id);
    down.set_payload(encode_error(why));
    static_cast<void>(self.send(std::move(down)));
  };
  auto actor = owner.system().registry().get(id);
  if (!actor) {
    send_down(link, make_error(errc::unknown_destination,
                               fmt::format("actor {} is gone", id)));
    return;
  }
  actor->get()->attach_functor(
      [self = link.weak_from_this(), send_down](const caf::error& why) {
        if (auto strong = self.lock())
          send_down(*strong, why);
      });
}

} // namespace

void deliver(hub& owner, connection& link, const wire::Envelope& x) {
  switch (x.kind()) {
    case wire::Envelope::MESSAGE:
      deliver_message(owner, link, x);
      break;
    case wire::Envelope::MONITOR:
      attach_monitor(owner, link, x.to());
      break;
    case wire::Envelope::DOWN:
      owner.proxies().erase(link.peer().id, x.from().id(),
                            decode_error(x.payload()));
      break;
    case wire::Envelope::EXIT:
      deliver_exit(owner, link, x);
      break;
    default:
      link.abort(make_error(errc::link_lost,
                            "the peer sent an envelope of unknown kind"));
  }
}

} // namespace troupe
