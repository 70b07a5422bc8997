// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/actor.hpp"
#include "caf/behavior.hpp"
#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// Tells a watcher who holds a name now.
struct directory_event {
  /// The name as it was asked for, with its node if it had one.
  std::string name;

  /// Holder of the name; invalid when nobody holds it any more.
  caf::actor holder;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, directory_event& x) {
  return f(caf::meta::type_name("troupe::directory_event"), x.name, x.holder);
}

/// Finds actors by name, here and on connected nodes.
///
/// Spawned with `sys.spawn(troupe::directory)`; a `node` brings one. A name is
/// any text without `@` of 1 to 200 bytes and belongs to this node; `name@node`
/// asks the directory of a connected node. A name is free again as soon as its
/// holder has ended.
///
/// | accepts                           | replies                             |
/// |-----------------------------------|-------------------------------------|
/// | `(register_atom, string, actor)`  | unit or `name_taken`,               |
/// |                                   | `invalid_option`                    |
/// | `(withdraw_atom, string)`         | unit or `unknown_name`              |
/// | `(lookup_atom, string)`           | `actor` or `unknown_name`,          |
/// |                                   | `unknown_node`                      |
/// | `(watch_atom, string, actor)`     | unit; the actor gets a              |
/// |                                   | `directory_event` with the present  |
/// |                                   | holder and on each change           |
/// | `(peer_atom, string, actor)`      | unit; tells the directory of the    |
/// |                                   | node with that name                 |
///
/// A watch ends with its watcher. When a node is lost, watchers of its names
/// get an event without holder; the watch is renewed when the node is back.
caf::behavior directory(caf::event_based_actor* self);

} // namespace troupe
