// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "caf/actor.hpp"

#include "troupe/location/starter.hpp"
#include "troupe/supervision/supervisor_spec.hpp"

#include "workers.hpp"

namespace demo {

/// A group of workers under a supervisor of its own.
struct group {
  std::string name;
  troupe::supervision_strategy strategy;
  std::vector<std::string> workers;
};

/// Workers that count pieces of the range, and those that count a long range
/// each, last.
const std::vector<group>& groups();

/// Returns the names of all workers in groups of the one or the other sort.
std::vector<std::string> counter_names();
std::vector<std::string> surveyor_names();

/// Where workers live.
struct home {
  /// `pooled`, `process` or `node`.
  troupe::isolation level = troupe::isolation::pooled;

  /// Knows the other nodes, with `node`.
  const troupe::node* own = nullptr;
};

/// The whole tree, with its workers where they live. `surveys` has one entry
/// for each surveyor; `watcher` gets all events and what the surveyors find
/// out.
troupe::supervisor_spec make_tree(const std::vector<survey>& surveys,
                                  const home& where, const caf::actor& watcher);

} // namespace demo
