// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/node_id.hpp"
#include "caf/timespan.hpp"
#include "caf/timestamp.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/link/link_stats.hpp"
#include "troupe/observe/observed_child.hpp"
#include "troupe/pool/pool_stats.hpp"
#include "troupe/remote/node_event.hpp"

namespace troupe {

/// How far a snapshot looks.
enum class snapshot_scope : uint8_t {
  /// The observer's own node.
  node = 1,
  /// All nodes that are linked to it, too.
  group,
};

/// Asks an observer for a `system_snapshot`.
struct snapshot_query {
  snapshot_scope scope = snapshot_scope::group;

  /// What has not answered by then is shown as such; from 10 ms to 1 min.
  caf::timespan deadline = std::chrono::seconds{1};

  /// Path of what is wanted, with all below it; empty for everything.
  std::string under = {};

  /// Children beyond are only counted, per node.
  uint64_t max_children = 100'000;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, snapshot_query& x) {
  return f(caf::meta::type_name("troupe::snapshot_query"), x.scope, x.deadline,
           x.under, x.max_children);
}

struct observed_pool {
  std::string name = {};
  pool_stats stats = {};

  /// Why the numbers are missing; empty if they are not.
  std::string note = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observed_pool& x) {
  return f(caf::meta::type_name("observed_pool"), x.name, x.stats, x.note);
}

/// A process of the node: the one that the node is, or a worker process.
struct observed_process {
  int64_t pid = 0;

  /// Id of the child that a worker process works for, and its incarnation;
  /// empty for the node itself and for one that is kept ready.
  std::string child = {};
  uint64_t generation = 0;

  /// `child_info::actor` of that child.
  uint64_t actor = 0;

  uint64_t resident_bytes = 0;

  /// Processor time of all its threads.
  caf::timespan cpu_time{0};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observed_process& x) {
  return f(caf::meta::type_name("observed_process"), x.pid, x.child,
           x.generation, x.actor, x.resident_bytes, x.cpu_time);
}

/// A thread of the scheduler, see `worker_stats`.
struct observed_worker {
  uint64_t turns = 0;
  uint64_t stolen = 0;
  uint64_t parks = 0;
  caf::timespan busy{0};

  /// Share of the time since the last look in which it had work, from 0 to 1;
  /// nothing at the first look.
  caf::optional<double> busy_share = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observed_worker& x) {
  return f(caf::meta::type_name("observed_worker"), x.turns, x.stolen, x.parks,
           x.busy, x.busy_share);
}

/// Whether a node has told what it was asked.
enum class answer_state : uint8_t {
  complete = 1,
  /// Something in it did not answer in time; notes say what.
  partial,
  /// The node did not answer at all, see its note.
  none,
};

/// @relates answer_state
std::string to_string(answer_state x);

/// What an observer sees of its node.
struct node_snapshot {
  std::string node = {};
  caf::node_id id = {};

  answer_state answer = answer_state::complete;

  /// Why the node has not answered.
  std::string note = {};

  /// When it was taken, and how long that took.
  caf::timestamp time = {};
  caf::timespan took{0};

  /// Parents before their children, in the order in which they are started. A
  /// root is a supervisor with children below it.
  std::vector<observed_child> children = {};

  /// Children that were left out.
  uint64_t omitted = 0;

  std::vector<observed_pool> pools = {};
  std::vector<observed_process> processes = {};

  /// Empty if actors run on another scheduler than `troupe::scheduler`.
  std::vector<observed_worker> workers = {};

  /// Nodes linked to it, or dialled.
  std::vector<node_event> peers = {};

  /// Links to them.
  std::vector<link_stats> links = {};

  /// Actors that run, those of the runtime left out.
  uint64_t actors = 0;

  /// Since the observer started.
  uint64_t events = 0;
  uint64_t dead_letters = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_snapshot& x) {
  return f(caf::meta::type_name("node_snapshot"), x.node, x.id, x.answer,
           x.note, x.time, x.took, x.children, x.omitted, x.pools, x.processes,
           x.workers, x.peers, x.links, x.actors, x.events, x.dead_letters);
}

/// What an observer sees of all nodes, its own one first.
struct system_snapshot {
  std::vector<node_snapshot> nodes = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, system_snapshot& x) {
  return f(caf::meta::type_name("troupe::system_snapshot"), x.nodes);
}

} // namespace troupe
