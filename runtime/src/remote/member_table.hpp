// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "caf/node_id.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/backoff.hpp"
#include "troupe/remote/node_event.hpp"

namespace troupe {

/// Which addresses that others tell of are dialled.
enum class dial_reach : uint8_t {
  /// Those of this host.
  loopback = 1,
  anywhere,
};

struct member_rules {
  /// Delays between dials of an address that does not answer.
  backoff reconnect{.first = std::chrono::milliseconds{100},
                    .cap = std::chrono::seconds{10}};

  /// A lost node that is no seed is dialled for so long.
  caf::timespan forget_after = std::chrono::hours{1};

  /// Dials under way at once; further ones wait.
  size_t max_dials = 16;

  /// Nodes and addresses beyond are refused. Lost ones make room for new ones.
  size_t max_members = 1'024;

  /// Nobody but this node itself may lead it further.
  dial_reach reach = dial_reach::anywhere;
};

/// How a dial ended.
enum class dial_outcome : uint8_t {
  /// There is a link to whoever is there.
  linked = 1,
  /// The host answered that nobody listens on the port.
  refused,
  /// Anything else.
  failed,
};

/// Dial this address, and tell `dial_ended`.
struct dial_node {
  std::string address;
};

/// Tell the watchers.
struct tell_watchers {
  node_event event;
};

/// Tell a linked node who else is there.
struct introduce_nodes {
  caf::node_id to;
  std::vector<node_contact> others;
};

/// What ran on that node before is surely over: its process is gone, or it has
/// noticed that the link broke.
struct node_settled {
  caf::node_id id;
};

/// Cut the link to a node that there is no room for.
struct refuse_node {
  caf::node_id id;
  std::string why;
};

using member_action = std::variant<dial_node, tell_watchers, introduce_nodes,
                                   node_settled, refuse_node>;

/// Who is a member of a group of nodes, who is to be dialled, and when.
///
/// A node that comes up is told the addresses of all others and dials them, so
/// that everybody is linked to everybody. A lost node is dialled again, at once
/// and then with growing delays; seeds are dialled for ever.
///
/// A pure decision: gets time and randomness as arguments, and puts what is to
/// be done into a queue. Links are what the wire reports: this decides nothing
/// about whether a node is there.
class member_table {
public:
  using time_point = std::chrono::steady_clock::time_point;

  member_table(node_contact own, member_rules rules);

  /// This node can be dialled at `address`.
  void own_address(const std::string& address) {
    own_.address = address;
  }

  // -- whom to look for -------------------------------------------------------

  /// Whoever is at `address` is to be a member, also after it was lost or left.
  void seed(const std::string& address, time_point now);

  /// A member, or an authority, tells of these nodes.
  void learned(const std::vector<node_contact>& nodes, time_point now);

  /// Somebody waits for that node: unless it is linked, it is dialled at once,
  /// if its address is known.
  void wanted(const caf::node_id& id, time_point now);

  /// The first failure, and each for another reason, is told as `joining`.
  /// @pre a `dial_node` for `address` was taken and not yet answered.
  void dial_ended(const std::string& address, dial_outcome how,
                  const std::string& why, time_point now, double random);

  // -- what the links report --------------------------------------------------

  /// A node is linked, or is no longer suspected.
  void up(node_event x, time_point now);

  void suspected(const caf::node_id& id, const std::string& reason);

  void leaving(const caf::node_id& id);

  void lost(const caf::node_id& id, const std::string& reason, time_point now);

  void left(const caf::node_id& id, time_point now);

  // ---------------------------------------------------------------------------

  /// Books that time has passed.
  void tick(time_point now);

  /// Returns when to call `tick`.
  std::optional<time_point> next_deadline() const;

  /// Takes the oldest action.
  std::optional<member_action> next();

  /// Returns what is known of the node, or null.
  const node_event* find(const std::string& name) const;
  const node_event* find(const caf::node_id& id) const;

  /// Returns all linked nodes, by name.
  std::vector<node_event> linked() const;

  /// Returns all that are dialled and were not members before.
  std::vector<node_event> joining() const;

private:
  struct member {
    node_event event;
    time_point since = {};
    bool settled = false;
    /// Lost after a silence, not because its end of the link closed.
    bool fell_silent = false;
  };

  /// An address that is dialled.
  struct target {
    std::string name = {};
    /// As far as somebody has told.
    caf::node_id id = {};
    bool is_seed = false;
    bool under_way = false;
    /// Somebody answered there and has not been lost since.
    bool reached = false;
    size_t failures = 0;
    std::string reason = {};
    time_point due = {};
    time_point since = {};
  };

  member* find_member(const caf::node_id& id);
  bool make_room();
  std::string crowded() const;
  bool reached(const std::string& address, const target& x) const;
  bool permitted(const std::string& address) const;
  static node_event joining(const std::string& address, const target& x);
  void aim_at(const std::string& address, std::string name,
              const caf::node_id& id, time_point now);
  void introduce(const node_event& x);
  void settle(member& x);
  void tell(const member& x);
  void look_again(time_point now);
  void dial_due(time_point now);

  node_contact own_;
  member_rules rules_;
  std::map<std::string, member> members_;
  std::map<std::string, target> targets_;
  size_t dials_ = 0;
  std::deque<member_action> actions_;
};

} // namespace troupe
