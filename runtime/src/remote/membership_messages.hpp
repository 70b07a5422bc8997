// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "caf/actor.hpp"
#include "caf/actor_addr.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/message.hpp"

#include "troupe/location/start_context.hpp"
#include "troupe/remote/authority.hpp"
#include "troupe/remote/node_event.hpp"
#include "troupe/remote/remote_start.hpp"

#include "remote/member_table.hpp"
#include "remote/placement.hpp"

// What is said to the actors of a node inside this process. None of these
// travels: a peer cannot say them.

namespace troupe {

/// Is called from any thread, once, with the reason of a failure.
using dial_done = std::function<void(dial_outcome, const std::string& why)>;

/// Dials an address without blocking the caller.
using dial_function = std::function<void(const std::string&, dial_done)>;

/// Somebody was given a handle of this node, which is not linked.
struct node_wanted {
  caf::node_id id;

  /// Tells apart the times that it was wanted.
  uint64_t number;
};

/// This node can dial, and can be dialled at `address`.
struct begin_dialing {
  std::string address;
  dial_function dial;

  /// Cuts the link to a node, with the reason.
  std::function<void(const caf::node_id&, const std::string&)> cut;

  /// Gives up handles of a node that cannot be reached, but for those that have
  /// come since it was wanted anew.
  std::function<void(const node_wanted&)> forsake = {};
};

/// A node that was wanted ought to be linked by now.
struct node_overdue {
  node_wanted what;
};

/// A change as the links report it, with the services of a node that came up.
struct peer_report {
  node_event event;
  caf::actor directory = {};
  caf::actor host = {};
  caf::actor members = {};
};

struct dial_report {
  std::string address;
  dial_outcome how;
  std::string why;
};

/// Start an actor somewhere. Starts of actors that are no children never wait.
struct start_order {
  start_place place;
  remote_start what;
  start_context context = {};
};

/// Start a child of a supervisor of this node here.
struct home_start {
  std::string type;
  caf::message args;
  start_context context;
};

/// Whoever ordered the start of this incarnation does not want it any more.
struct start_recall {
  caf::actor_addr parent;
  std::string child;
  uint64_t generation;
};

/// Take nothing new, and tell when nothing runs here for others any more.
struct begin_draining {};

/// The link to a node has ended.
struct node_gone {
  caf::node_id id;
};

/// The timer of the membership actor.
struct membership_due {
  member_table::time_point time;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::begin_dialing)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::begin_draining)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::home_start)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node_overdue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::node_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::peer_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::dial_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::start_order)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::start_recall)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::membership_due)
