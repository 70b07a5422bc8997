// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
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

/// Most bytes of a name.
constexpr size_t max_name_bytes = 200;

/// Most names that one directory holds.
constexpr size_t max_directory_names = 65'536;

/// Most watches, counted per name and watcher, that one directory holds.
constexpr size_t max_directory_watches = 65'536;

/// Most connected nodes that one directory knows.
constexpr size_t max_directory_peers = 1'024;

/// Finds actors by name, here and on connected nodes.
///
/// Spawned with `sys.spawn(troupe::directory)`; a `node` brings one. A name is
/// any text without `@` of 1 to 200 bytes and belongs to this node; `name@node`
/// asks the directory of a connected node. A name is free again as soon as its
/// holder has ended; until then the directory keeps the holder alive.
///
/// | accepts                           | replies                             |
/// |-----------------------------------|-------------------------------------|
/// | `(register_atom, string, actor)`  | unit or `name_taken`,               |
/// |                                   | `invalid_option`, `directory_full`  |
/// | `(withdraw_atom, string)`         | unit or `unknown_name`              |
/// | `(lookup_atom, string)`           | `actor` or `unknown_name`,          |
/// |                                   | `unknown_node`, `invalid_option`    |
/// | `(watch_atom, string, actor)`     | unit; the actor gets a              |
/// |                                   | `directory_event` with the present  |
/// |                                   | holder and on each change; or       |
/// |                                   | `invalid_option`, `directory_full`  |
/// | `(withdraw_atom, string, actor)`  | unit, also if there was no watch;   |
/// |                                   | ends the actor's watch of the name  |
/// | `(peer_atom, string, actor)`      | unit; tells the directory of the    |
/// |                                   | node with that name; or             |
/// |                                   | `invalid_option`, `directory_full`  |
///
/// Registering a name again for its holder changes nothing; so does a second
/// watch by the same actor, which only gets the present holder once more. Only
/// names of this node can be registered and withdrawn.
///
/// A watch ends with its watcher. When a node is lost, watchers of its names
/// get an event without holder; the watch is renewed when the node is back. A
/// name on a node that is not connected may be watched and has no holder until
/// the node comes. Changes that follow each other while a node is away are not
/// told one by one. A watch that a node refuses to renew, because its directory
/// is full, stays without holder until another watch of the name is accepted or
/// the node is back once more.
///
/// A lookup on another node fails with the error of its directory's handle,
/// usually `link_lost`, if the node is lost before it answers. Events of peers
/// are recognised by their sender: a peer's directory must send under the
/// address given with `peer_atom`.
caf::behavior directory(caf::event_based_actor* self);

} // namespace troupe
