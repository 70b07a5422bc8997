// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/node_id.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/remote/node_options.hpp"

namespace troupe {

/// Whether a node can be reached.
enum class node_state : uint8_t {
  /// Linked.
  up = 1,
  /// Its link broke or its host fell silent.
  lost,
  /// It said goodbye.
  left,
};

/// @relates node_state
std::string to_string(node_state x);

/// Tells a watcher what became of a node.
struct node_event {
  std::string name;
  caf::node_id id;
  node_state state = node_state::up;

  /// Workers that the node offers.
  size_t workers = 0;

  /// Why the node is lost.
  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_event& x) {
  return f(caf::meta::type_name("troupe::node_event"), x.name, x.id, x.state,
           x.workers, x.reason);
}

/// This process as a member of a group of nodes.
///
/// Opens the port, joins peers, keeps a link to each and knows who is there.
/// The destructor says goodbye to all peers, ends the node's actors and waits
/// for both, at most five seconds. Handles of remote actors work like local
/// ones until their node is lost: then they go down with `errc::link_lost`.
///
/// REQUIRES: the system was configured by `troupe::config`; at most one node
/// per system, and the node ends before the system does.
class node {
public:
  /// Opens the port and joins all peers in `options.join`.
  /// @returns the node, or the first problem: an error of `validate`,
  ///          `address_in_use`, `cannot_listen`, `peer_unreachable`,
  ///          `not_a_troupe_peer`, `version_mismatch`, `type_table_mismatch` or
  ///          `duplicate_node`. Blocks at most `connect_timeout` per peer.
  static caf::expected<node> open(caf::actor_system& sys, node_options options);

  node(node&&) noexcept;
  node& operator=(node&&) noexcept;
  ~node();

  /// Joins one more peer; blocks at most `connect_timeout`.
  caf::error join(const std::string& address);

  /// Name that other nodes know this one by.
  const std::string& name() const noexcept;

  /// Port on which links are accepted, 0 without `listen`.
  uint16_t port() const noexcept;

  /// Knows who is there:
  ///
  /// | accepts               | replies                                       |
  /// |-----------------------|-----------------------------------------------|
  /// | `(members_atom)`      | `vector<node_event>` of the nodes now up      |
  /// | `(watch_atom, actor)` | unit; the actor gets a `node_event` for each  |
  /// |                       | node now up and on each change                |
  const caf::actor& membership() const noexcept;

  /// Finds actors by name, see `troupe::directory`.
  const caf::actor& directory() const noexcept;

  /// Starts the registered actor type `type` on the node named `where`. Fails
  /// with `unknown_node`, `unknown_actor_type` or `start_timeout`. The actor is
  /// ended when the link between the two nodes ends.
  starter on(std::string where, std::string type, caf::message args = {}) const;

private:
  class impl;

  explicit node(std::unique_ptr<impl> x);

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
