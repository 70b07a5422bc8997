// SPDX-License-Identifier: Apache-2.0

#include "remote/membership.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "caf/error.hpp"
#include "caf/result.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

caf::behavior membership(caf::stateful_actor<membership_state>* self,
                         caf::actor directory, peer_report own) {
  self->set_down_handler([=](const caf::down_msg& x) {
    auto gone = caf::actor_cast<caf::actor>(x.source);
    self->state.watchers.erase(gone);
  });
  self->send(directory, peer_atom_v, own.event.name, directory);
  return {
      [=](tell_atom, peer_report& x) {
        auto& st = self->state;
        auto event = x.event;
        if (event.state == node_state::up) {
          self->send(directory, peer_atom_v, event.name, x.directory);
          st.members.insert_or_assign(event.name, std::move(x));
        } else {
          auto i = st.members.find(event.name);
          if (i == st.members.end() || i->second.event.id != event.id)
            return;
          st.members.erase(i);
          self->send(own.host, event);
        }
        for (auto& watcher : st.watchers)
          self->send(watcher, event);
      },
      [=](lookup_atom, const std::string& name) -> caf::result<caf::actor> {
        if (name == own.event.name)
          return own.host;
        auto i = self->state.members.find(name);
        if (i == self->state.members.end())
          return make_error(errc::unknown_node,
                            fmt::format("no node named {} is connected", name));
        return i->second.host;
      },
      [=](members_atom) {
        std::vector<node_event> result;
        for (auto& kvp : self->state.members)
          result.push_back(kvp.second.event);
        return result;
      },
      [=](watch_atom, const caf::actor& watcher) {
        if (self->state.watchers.insert(watcher).second)
          self->monitor(watcher);
        for (auto& kvp : self->state.members)
          self->send(watcher, kvp.second.event);
        return caf::unit;
      },
  };
}

} // namespace troupe
