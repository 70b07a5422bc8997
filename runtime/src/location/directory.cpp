// SPDX-License-Identifier: Apache-2.0

#include "troupe/location/directory.hpp"

#include <memory>
#include <string>

#include "caf/event_based_actor.hpp"

#include "location/directory_state.hpp"

namespace troupe {

caf::behavior directory(caf::event_based_actor* self) {
  auto state = std::make_shared<directory_state>(self);
  // Directories of two nodes hold each other's handles.
  self->attach_functor([state](const caf::error&) { state->clear(); });
  self->set_default_handler(caf::drop);
  // A watcher without a handler for events answers each with an error, which
  // must not end the directory, as CAF's default would.
  self->set_error_handler([](const caf::error&) {});
  self->set_down_handler(
      [state](const caf::down_msg& x) { state->down(x.source); });
  return {
      [state](register_atom, const std::string& name,
              const caf::actor& holder) { return state->enter(name, holder); },
      [state](withdraw_atom, const std::string& name) {
        return state->withdraw(name);
      },
      [state](withdraw_atom, const std::string& name,
              const caf::actor& watcher) {
        return state->unwatch(name, watcher);
      },
      [state](lookup_atom, const std::string& name) {
        return state->lookup(name);
      },
      [state](watch_atom, const std::string& name, const caf::actor& watcher) {
        return state->watch(name, watcher);
      },
      [state](peer_atom, const std::string& node, const caf::actor& directory) {
        return state->peer(node, directory);
      },
      [state](const directory_event& x) { state->changed_at_peer(x); },
  };
}

} // namespace troupe
