// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/link/link_stats.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/remote/node_event.hpp"
#include "troupe/remote/node_options.hpp"
#include "troupe/remote/remote_start.hpp"

namespace troupe {

/// This process as a member of a group of nodes.
///
/// Opens the port, joins peers, keeps a link to each and knows who is there. A
/// node that joins one member is soon linked to all. A member that is lost is
/// dialled again, at once and then with growing delays, for an hour.
/// The destructor ends the node's actors, says goodbye to all peers and waits
/// for both, at most fifteen seconds. Handles of remote actors work like local
/// ones until their node is lost: then they go down with `errc::link_lost`.
///
/// REQUIRES: the system was configured by `troupe::config`; at most one node
/// per system, and the node ends before the system does.
class node {
public:
  /// Opens the port and joins all peers in `options.join`.
  /// @returns the node, or the first problem: an error of `validate`,
  ///          `address_in_use`, `cannot_listen`, `peer_unreachable`,
  ///          `not_a_troupe_peer`, `version_mismatch`, `type_table_mismatch`,
  ///          `duplicate_node`, `bad_certificate` or `peer_not_trusted`. Blocks
  ///          at most `connect_timeout` per peer.
  static caf::expected<node> open(caf::actor_system& sys, node_options options);

  node(node&&) noexcept;
  node& operator=(node&&) noexcept;
  ~node();

  /// Joins one more peer; blocks at most `connect_timeout`. Its actors can be
  /// found by name as soon as this returns. It is joined again when it is back
  /// after it was lost or left.
  caf::error join(const std::string& address);

  /// Takes nothing new, has what was started here for others finish what it has
  /// in its mailbox and end, and waits for that, at most `timeout`. Supervisors
  /// on other nodes start their children elsewhere, as far as `remote_start`
  /// permits; pools there ought to withdraw their workers when they hear of
  /// `node_state::leaving`. The destructor then says goodbye.
  /// @returns `none`, or `sec::request_timeout` if something still runs.
  caf::error drain(caf::timespan timeout);

  /// Lets other nodes find `x` in the directory under `name` and send to it, in
  /// their own name only: the sender of what it gets is of the node that sends,
  /// and exit messages do not reach it. For actors that decide by the sender
  /// what they do. Ends with the actor.
  /// @returns `none`, an error of the directory, or `directory_full` if there
  ///          are eight such actors already.
  caf::error publish(const std::string& name, const caf::actor& x) const;

  /// The options that it was opened with; without a name, the one it has got.
  const node_options& options() const noexcept;

  /// Name that other nodes know this one by.
  const std::string& name() const noexcept;

  /// Port on which links are accepted, 0 without `listen`.
  uint16_t port() const noexcept;

  /// Looks at all links, from any thread.
  using link_reader = std::function<std::vector<link_stats>()>;

  /// Returns what tells what went over the links, one entry for each linked
  /// node. It may outlive the node, and has nothing to tell then.
  link_reader links() const;

  /// Knows who is there:
  ///
  /// | accepts               | replies                                       |
  /// |-----------------------|-----------------------------------------------|
  /// | `(members_atom)`      | `vector<node_event>` of the nodes now linked  |
  /// | `(watch_atom, actor)` | unit; the actor gets a `node_event` for each  |
  /// |                       | node now linked or joining, and on each       |
  /// |                       | change                                        |
  const caf::actor& membership() const noexcept;

  /// Knows which nodes there are and who holds which name in the whole group,
  /// such as that of its leader: see `authority.hpp`.
  const caf::actor& authority() const noexcept;

  /// Finds actors by name, see `troupe::directory`.
  const caf::actor& directory() const noexcept;

  /// Starts a registered actor type on the node named `where`.
  ///
  /// A child of a supervisor is handled as `what.when_lost` says when its node
  /// is not there. It is never started again while its former incarnation may
  /// still run on a node that is cut off: that is over when the node's process
  /// is known to be gone, when the node is back, or when the lease has ended,
  /// see `node_options::lease`. Actors that are no children, such as workers of
  /// a pool, are started at once or not at all.
  ///
  /// Fails with `unknown_node`, `unknown_actor_type`, `start_timeout`,
  /// `node_leaving`, `link_lost`, or as the actor does. The actor ends when the
  /// link between the two nodes does.
  starter on(std::string where, remote_start what) const;

  /// As above, on the node named `where` and nowhere else; a child waits for
  /// it.
  starter on(std::string where, std::string type, caf::message args = {}) const;

  /// Starts it on the least loaded node with that role, which may be this one:
  /// the one with the fewest actors that were started so, for each worker that
  /// it offers.
  starter on_role(std::string role, remote_start what) const;

  /// Starts it on the least loaded node that offers workers, which may be this
  /// one.
  starter least_loaded(remote_start what) const;

private:
  class impl;

  explicit node(std::unique_ptr<impl> x);

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
