// SPDX-License-Identifier: Apache-2.0

#include "link/delivery.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/sec.hpp"
#include "caf/system_messages.hpp"

#include "troupe/base/errc.hpp"

#include "link/hub.hpp"
#include "link/poller.hpp"
#include "link/session.hpp"

namespace troupe {

void refuse(hub& owner, arrival& x, const caf::error& why) {
  if (x.id.is_response()) {
    auto waits = owner.requests().erase(x.to, x.id);
    auto dest = owner.system().registry().get(x.to);
    if (waits && dest)
      dest->enqueue(std::move(x.sender), x.id, caf::make_message(why), nullptr);
  } else if (x.id.is_request() && x.sender) {
    x.sender->enqueue(nullptr, x.id.response_id(), caf::make_message(why),
                      nullptr);
  }
}

void deliver(hub& owner, arrival& x, caf::message content) {
  if (x.id.is_response())
    owner.requests().erase(x.to, x.id);
  auto dest = owner.system().registry().get(x.to);
  if (!dest) {
    refuse(owner, x, caf::sec::request_receiver_down);
    return;
  }
  dest->get()->enqueue(caf::make_mailbox_element(std::move(x.sender), x.id,
                                                 std::move(x.stages),
                                                 std::move(content)),
                       poller::context());
}

void deliver_exit(hub& owner, caf::actor_id to, caf::strong_actor_ptr from,
                  caf::error why) {
  if (auto dest = owner.system().registry().get(to))
    dest->enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
                  caf::make_message(caf::exit_msg{
                      caf::actor_cast<caf::actor_addr>(from), std::move(why)}),
                  nullptr);
}

void attach_monitor(hub& owner, session& peer, caf::actor_id id) {
  auto actor = owner.system().registry().get(id);
  if (!actor) {
    peer.send_down(id, make_error(errc::unknown_destination,
                                  fmt::format("actor {} is gone", id)));
    return;
  }
  actor->get()->attach_functor(
      [self = peer.weak_from_this(), id](const caf::error& why) {
        if (auto strong = self.lock())
          strong->send_down(id, why);
      });
}

} // namespace troupe
