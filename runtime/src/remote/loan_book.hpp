// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "caf/node_id.hpp"
#include "caf/timespan.hpp"

#include "remote/placement.hpp"

namespace troupe {

/// What this node has running on others, and since when it surely does not.
///
/// A node goes on with what it was lent for one lease from the moment it asked
/// for the lease. It asks before this node grants, so that it ends no later
/// than one lease after the grant, by any clock that runs as fast as ours; a
/// tenth of a lease is added for those that do not, and for the time that an
/// actor takes to end.
///
/// A pure value: gets the time as an argument.
class loan_book {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit loan_book(caf::timespan lease) : lease_(lease) {
    // nop
  }

  /// That node may go on with what it was lent. Must be booked before it is
  /// told.
  void granted(const caf::node_id& node, time_point now);

  /// An incarnation of the child `key` runs on that node.
  void lent(const std::string& key, const caf::node_id& node,
            const std::string& name, uint64_t generation = 0);

  /// That incarnation has ended, and its node has said so. One that was given
  /// up may end long after the next one was lent.
  void ended(const std::string& key, uint64_t generation = 0);

  /// The link to the node is broken.
  void lost(const caf::node_id& node, time_point now);

  /// What the node was lent has surely ended.
  void settled(const caf::node_id& node, time_point now);

  /// Returns what became of the child's incarnation if that was lost with its
  /// node.
  std::optional<former_incarnation> former(const std::string& key,
                                           time_point now) const;

  /// Returns when the next lost incarnation is surely over.
  std::optional<time_point> next_deadline(time_point now) const;

  /// Forgets incarnations that were lost long ago.
  void tick(time_point now);

private:
  struct loan {
    caf::node_id node;
    std::string name;
    uint64_t generation;
    /// Set once the node is lost.
    std::optional<time_point> over;
  };

  caf::timespan lease_;
  std::map<caf::node_id, time_point> grants_;
  std::map<std::string, loan> loans_;
};

} // namespace troupe
