// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/error.hpp"
#include "caf/message.hpp"
#include "caf/node_id.hpp"
#include "caf/response_promise.hpp"

#include "troupe/location/start_desk.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/scheduling/envelope_actor.hpp"

#include "remote/lease.hpp"
#include "remote/membership_messages.hpp"

namespace troupe {

/// The timer for the lease of what a node has started here.
struct lease_due {
  caf::node_id client;
  uint64_t number;
};

/// Starts registered actor types on behalf of other nodes, and of this one.
///
/// What it started for another node it ends when that node is lost or leaves,
/// or when the lease ends: whoever asks for a start is asked for a lease in
/// return, before the first start and then four times per lease.
///
/// | accepts                             | replies                           |
/// |-------------------------------------|-----------------------------------|
/// | `(start_atom, string type, args...)`| `actor` once its init function    |
/// |                                     | has run; `unknown_actor_type`,    |
/// |                                     | `node_leaving`,                   |
/// |                                     | `start_not_allowed`, or why the   |
/// |                                     | actor has ended                   |
/// | `(child_atom, string type, string   | as above; `bad_hang_limit` where  |
/// | child, uint64 generation, uint64    | a type that is to be watched does |
/// | max_checkpoint_bytes, bool watched, | not become a cell. The start of a |
/// | actor window, uint64 n, n args...,  | child of a supervisor: what       |
/// | checkpoint...)`                     | becomes of it is told to `window` |
/// | `home_start`                        | as above; of this node's own      |
/// | `node_gone`                         | nothing; the link has ended       |
/// | `begin_draining`                    | unit once nothing runs here that  |
/// |                                     | others have started: each actor   |
/// |                                     | finishes what waits in its        |
/// |                                     | mailbox, and is told to exit      |
/// | `(watch_atom, actor)`               | nothing; the actor is told        |
/// |                                     | `(stats_atom, uint64_t)` when the |
/// |                                     | number of actors changes          |
class actor_host : public envelope_actor {
public:
  /// Says why the node `client` may not start actors of `type`, or `none`.
  using permission = std::function<caf::error(const caf::node_id& client,
                                              const std::string& type)>;

  actor_host(caf::actor_config& cfg, permission may_start);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;

  bool take(caf::mailbox_element& x) override;

  void on_exit() override;

private:
  /// A start that was asked for.
  struct order {
    std::string type;
    caf::message args;
    caf::response_promise promise;
    start_context context = {};
    /// Of a child of another node.
    caf::actor window = {};
  };

  /// Whom something is started for: the number of its `client`; nothing for
  /// this node.
  struct customer {
    caf::node_id who;
    std::optional<uint64_t> number;
  };

  /// A node that has something running here, or wants to.
  struct client {
    /// Tells it from an earlier entry for the same node.
    uint64_t number;
    caf::actor grantor = {};
    troupe::lease lease = {};
    std::set<caf::actor> actors = {};
    std::vector<order> waiting = {};
    /// Starts under way.
    size_t starting = 0;
  };

  client& need_client(const caf::node_id& who);
  client* find_client(const lease_due& x);
  order take_order(caf::mailbox_element& x);
  caf::response_promise start_at_home(home_start& x);
  void start(const caf::node_id& who, order x);
  void start_cell(const customer& whom, const starter& begin, order x);
  void start_by_caf(const customer& whom, order x);
  size_t& starting(const customer& whom);
  void started(const customer& whom, const caf::actor& x);
  void acknowledge(const caf::actor& x, order why);
  void ask_for_lease(const caf::node_id& who);
  void granted(const lease_due& x, caf::timespan length);
  void refused(const lease_due& x, const caf::error& why);
  void look_at_lease(const lease_due& x);
  void end_all_of(const caf::node_id& who);
  void ended(const caf::actor& x);
  caf::response_promise drain();
  void drain(const caf::actor& x);
  void count_changed();

  /// Tells all actors to exit, and quits when they have.
  void leave(caf::error why);
  void tell_all_to_exit();

  lease::time_point now() const;

  permission may_start_;

  std::map<caf::node_id, client> clients_;
  uint64_t last_client_ = 0;

  /// What was lent and has been told to exit, but still runs.
  std::set<caf::actor> ending_;

  /// Actors of this node itself.
  std::set<caf::actor> own_;
  size_t own_starting_ = 0;

  /// Starts under way for nodes that are gone.
  size_t lost_starting_ = 0;

  std::optional<start_desk> desk_;

  std::vector<caf::actor> watchers_;
  std::vector<caf::response_promise> drains_;
  bool leaving_ = false;
  caf::error leaves_because_;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::lease_due)
