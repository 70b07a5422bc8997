// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_addr.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/message.hpp"
#include "caf/response_promise.hpp"
#include "caf/result.hpp"

#include "troupe/remote/node.hpp"

#include "remote/loan_book.hpp"
#include "remote/member_table.hpp"
#include "remote/membership_messages.hpp"
#include "remote/placement.hpp"

namespace troupe {

struct membership_options {
  /// This node; found by `lookup` only.
  node_event own;

  caf::timespan lease;

  /// How long messages wait for a node that is to be linked.
  caf::timespan reach_within = std::chrono::seconds{5};

  member_rules rules = {};

  /// Is told the directories of nodes as they come and go.
  caf::actor directory;

  /// Starts actors here, for others and for this node.
  caf::actor host;
};

/// The actor behind `node::membership`: knows who is there, has nodes dialled,
/// and starts actors on them. Accepts, beside what is documented there:
///
/// | accepts                          | replies                              |
/// |----------------------------------|--------------------------------------|
/// | `begin_dialing`                  | nothing; from now on nodes are       |
/// |                                  | dialled                              |
/// | `peer_report`                    | nothing; a change on a link          |
/// | `dial_report`                    | nothing; a dial has ended            |
/// | `node_wanted`                    | nothing; a node that messages wait   |
/// |                                  | for is dialled at once, if its       |
/// |                                  | address is known                     |
/// | `seed_address`                   | unit; somebody to look for           |
/// | `start_order`                    | `actor`, `unknown_node`,             |
/// |                                  | `start_ignored`, or why it did not   |
/// |                                  | start there                          |
/// | `start_recall`                   | nothing; ends a start under way      |
/// | `begin_draining`                 | unit once nothing runs here for      |
/// |                                  | others; others are told at once      |
/// | `(stats_atom, uint64_t)` of the  | nothing; actors that run there       |
/// | host here or of another node     |                                      |
///
/// and from the memberships of other nodes:
///
/// | accepts                          | replies                              |
/// |----------------------------------|--------------------------------------|
/// | `(peer_atom, vector<contact>)`   | nothing; who else is there           |
/// | `(withdraw_atom)`                | nothing; it is leaving               |
/// | `(renew_atom)` from its host     | `timespan`: the lease for what this  |
/// |                                  | node has started there; `link_lost`  |
///
/// Runs on a thread of its own: others must not wait for cores that compute.
caf::behavior membership(caf::event_based_actor* self,
                         membership_options options);

class membership_state : public std::enable_shared_from_this<membership_state> {
public:
  membership_state(caf::event_based_actor* self, membership_options options);

  caf::behavior make_behavior();

private:
  using time_point = member_table::time_point;

  /// What a node that is linked offers, as handles.
  struct services {
    caf::node_id id;
    caf::actor directory;
    caf::actor host;
    caf::actor members;
    size_t load = 0;

    /// Starts there that this node has ordered and not heard of yet.
    size_t ordered = 0;
  };

  /// A start under way.
  struct start {
    start_order order;
    caf::actor parent;
    caf::response_promise promise;
    std::optional<time_point> deadline = {};
    bool ordered = false;
    bool recalled = false;
    /// Of a child that another node was asked for.
    caf::actor window = {};
  };

  /// The child, and the number of its incarnation.
  using loan_key = std::pair<std::string, uint64_t>;

  using start_iterator = std::list<start>::iterator;

  // -- members ----------------------------------------------------------------

  void take(peer_report& x);
  void perform();
  void carry_out(const dial_node& x);
  void carry_out(const tell_watchers& x);
  void carry_out(const introduce_nodes& x);
  void carry_out(const node_settled& x);
  void carry_out(const refuse_node& x);
  void watch(const caf::actor& watcher);
  void tick();
  void arm();

  /// The services of the node that sent the message in work, or null.
  services* sender();

  // -- starts -----------------------------------------------------------------

  caf::response_promise begin(start_order& x);
  void look_for_places();
  void look_for_place(start_iterator x);
  void give_order(start_iterator x, const std::string& where);
  caf::message what_to_say(start& x, const services& where);
  static loan_key loan_of(const start& x);
  void order_ended(const services& where, const std::string& where_name);
  bool is_lent(const start& x, const services& where) const;
  void started(start_iterator x, const services& where,
               const caf::actor& child);
  void not_started(start_iterator x, const services& where, caf::error why);
  void fail(start_iterator x, caf::error why);
  bool must_wait(start_iterator x) const;
  void recall(const start_recall& x);
  void abandon();
  void down(const caf::down_msg& x);
  placement_request request_of(const start& x) const;
  std::vector<candidate> candidates() const;
  caf::result<caf::timespan> grant();
  caf::response_promise drain();

  time_point now() const;

  caf::event_based_actor* self_;
  membership_options options_;
  member_table table_;
  dial_function dial_;
  std::function<void(const caf::node_id&, const std::string&)> cut_;
  std::function<void(const node_wanted&)> forsake_;
  std::map<std::string, services> services_;
  std::set<caf::actor> watchers_;
  std::minstd_rand random_;
  std::optional<time_point> armed_;

  loan_book loans_;
  std::list<start> starts_;
  std::map<caf::actor_addr, loan_key> lent_;

  /// Children whose starts were called off, and which have not ended yet.
  std::map<caf::actor_addr, std::string> unwanted_;
};

} // namespace troupe
