// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <utility>

#include "caf/actor.hpp"
#include "caf/duration.hpp"
#include "caf/error.hpp"
#include "caf/event_based_actor.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// Calls `f` once the link to the node of `dest` has room for a message of
/// about `bytes`. Where a sender that does not ask is refused with
/// `errc::link_full`, one that asks waits: the actor takes up no other message
/// meanwhile, and holds no thread.
///
///     await_room(self, dest, sizeof(block), [=](const caf::error& why) {
///       if (!why)
///         self->send(dest, block);
///     });
///
/// `f` gets `none`, or `errc::link_lost` if the link is lost; `errc::link_full`
/// if 65,536 senders wait for it already. Others may take the room first: then
/// what is sent may be refused all the same. For an actor of this process there
/// is always room.
template <class F>
void await_room(caf::event_based_actor* self, const caf::actor& dest,
                uint64_t bytes, F f) {
  if (dest.node() == self->node()) {
    f(caf::error{});
    return;
  }
  self->request(dest, caf::infinite, room_atom_v, bytes)
      .await([f]() mutable { f(caf::error{}); },
             [f](const caf::error& why) mutable { f(why); });
}

} // namespace troupe
