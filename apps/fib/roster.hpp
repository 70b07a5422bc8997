// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "caf/node_id.hpp"

#include "troupe/pool/pool.hpp"
#include "troupe/remote/node.hpp"

#include "ledger.hpp"
#include "summary.hpp"

namespace fib_app {

/// Knows the nodes of a run, the one of this process first, and what became of
/// them and their workers.
class roster {
public:
  /// @param workers workers that this process offers
  roster(std::string name, caf::node_id id, size_t workers);

  void book(const troupe::node_event& x);
  void book(const troupe::pool_event& x);

  /// Returns how many workers are ready.
  size_t ready() const noexcept {
    return ready_.size();
  }

  /// Returns whether every worker of the nodes now up is ready or given up.
  bool complete() const noexcept;

  /// Returns why the latest worker was lost or could not be started.
  const std::string& latest_loss() const noexcept {
    return latest_loss_;
  }

  /// Returns the name of the node that the worker ran on.
  const std::string& name_of(const ledger::worker& x) const;

  /// Returns the part of each node in the work, in the order in which the nodes
  /// came.
  std::vector<node_share> shares(const ledger& books) const;

private:
  struct member {
    node_share share;
    bool up = true;
  };

  /// Returns the node of that name, a new one at the end if need be.
  member& at(const std::string& name);

  std::vector<member> members_;
  std::map<caf::node_id, std::string> names_;
  std::set<size_t> ready_;
  std::set<size_t> given_up_;
  std::string latest_loss_;
};

} // namespace fib_app
