// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "caf/type_id.hpp"

#include "troupe/base/fwd.hpp"

// Far above `caf::first_custom_type_id`, so that programs may number their own
// message types from there.
// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(troupe, 20000)

  CAF_ADD_TYPE_ID(troupe, (std::vector<troupe::child_info>))
  CAF_ADD_TYPE_ID(troupe, (std::vector<troupe::quarantined_message>))
  CAF_ADD_TYPE_ID(troupe, (std::vector<troupe::node_contact>))
  CAF_ADD_TYPE_ID(troupe, (std::vector<troupe::node_event>))
  CAF_ADD_TYPE_ID(troupe, (troupe::child_counts))
  CAF_ADD_TYPE_ID(troupe, (troupe::child_info))
  CAF_ADD_TYPE_ID(troupe, (troupe::dead_letter))
  CAF_ADD_TYPE_ID(troupe, (troupe::directory_event))
  CAF_ADD_TYPE_ID(troupe, (troupe::node_contact))
  CAF_ADD_TYPE_ID(troupe, (troupe::node_event))
  CAF_ADD_TYPE_ID(troupe, (troupe::pool_event))
  CAF_ADD_TYPE_ID(troupe, (troupe::pool_stats))
  CAF_ADD_TYPE_ID(troupe, (troupe::process_output))
  CAF_ADD_TYPE_ID(troupe, (troupe::quarantined_message))
  CAF_ADD_TYPE_ID(troupe, (troupe::supervision_event))

  CAF_ADD_ATOM(troupe, troupe, checkpoint_atom, "checkpoint")
  CAF_ADD_ATOM(troupe, troupe, child_atom, "child")
  CAF_ADD_ATOM(troupe, troupe, children_atom, "children")
  CAF_ADD_ATOM(troupe, troupe, claim_atom, "claim")
  CAF_ADD_ATOM(troupe, troupe, count_atom, "count")
  CAF_ADD_ATOM(troupe, troupe, delete_atom, "delete")
  CAF_ADD_ATOM(troupe, troupe, discard_atom, "discard")
  CAF_ADD_ATOM(troupe, troupe, drain_atom, "drain")
  CAF_ADD_ATOM(troupe, troupe, lookup_atom, "lookup")
  CAF_ADD_ATOM(troupe, troupe, members_atom, "members")
  CAF_ADD_ATOM(troupe, troupe, peer_atom, "peer")
  CAF_ADD_ATOM(troupe, troupe, probe_atom, "probe")
  CAF_ADD_ATOM(troupe, troupe, quarantine_atom, "quarantine")
  CAF_ADD_ATOM(troupe, troupe, ready_atom, "ready")
  CAF_ADD_ATOM(troupe, troupe, register_atom, "register")
  CAF_ADD_ATOM(troupe, troupe, renew_atom, "renew")
  CAF_ADD_ATOM(troupe, troupe, replay_atom, "replay")
  CAF_ADD_ATOM(troupe, troupe, restart_atom, "restart")
  CAF_ADD_ATOM(troupe, troupe, room_atom, "room")
  CAF_ADD_ATOM(troupe, troupe, start_atom, "start")
  CAF_ADD_ATOM(troupe, troupe, stats_atom, "stats")
  CAF_ADD_ATOM(troupe, troupe, stop_atom, "stop")
  CAF_ADD_ATOM(troupe, troupe, tell_atom, "tell")
  CAF_ADD_ATOM(troupe, troupe, watch_atom, "watch")
  CAF_ADD_ATOM(troupe, troupe, withdraw_atom, "withdraw")
  CAF_ADD_ATOM(troupe, troupe, worker_atom, "worker")

CAF_END_TYPE_ID_BLOCK(troupe)
// clang-format on
