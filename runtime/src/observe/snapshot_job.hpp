// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "caf/actor_clock.hpp"
#include "caf/event_based_actor.hpp"

#include "observe/observer_context.hpp"
#include "observe/tree_walk.hpp"
#include "troupe/observe/cell_reports.hpp"
#include "troupe/observe/system_snapshot.hpp"

namespace troupe {

/// Takes one snapshot of a node: walks the tree, asks pools and the host of
/// worker processes, and then the observers of other nodes for the numbers of
/// children there. Keeps itself alive until it is done.
class snapshot_job : public std::enable_shared_from_this<snapshot_job> {
public:
  using done_function = std::function<void(node_snapshot&)>;

  snapshot_job(caf::event_based_actor* self, const observer_context& world,
               snapshot_query query, done_function done);

  void start();

private:
  using time_point = caf::actor_clock::time_point;

  void ask_pools();
  void ask_processes();
  void walked(tree_walk& walk);
  void flatten(tree_branch& branch, child_info info);
  void add(std::string path, child_info info, std::string note);
  void ask_peers();
  void took(const std::map<uint64_t, size_t>& wanted, cell_reports& xs);
  caf::timespan time_until(time_point x) const;
  void one_less();

  caf::event_based_actor* self_;
  observer_context world_;
  snapshot_query query_;
  done_function done_;
  time_point began_;
  node_snapshot result_;
  /// Indices of children by the number of their actor, for each node but this
  /// one whose numbers are wanted.
  std::map<caf::node_id, std::map<uint64_t, size_t>> elsewhere_;
  size_t open_ = 0;
};

} // namespace troupe
