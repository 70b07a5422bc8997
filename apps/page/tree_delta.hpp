// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include "troupe/observe/system_snapshot.hpp"

namespace page {

/// Tells a page what has changed in the trees of nodes since it was told last:
/// of ten thousand idle children, nothing. Pure value.
///
/// Remembers a hash for each child, so that one change in 2^64 is not seen.
class tree_delta {
public:
  /// Returns what is new of a node as JSON: an object with `node`, `rows` of
  /// children that are new or changed, and paths that are `gone`. Nothing if
  /// there is none, or if the node has not answered.
  std::optional<std::string> update(const troupe::node_snapshot& x);

  /// Returns the same for a node that is not there any more, all of whose
  /// children are gone.
  std::optional<std::string> drop_missing(const troupe::system_snapshot& x);

private:
  struct known_child {
    size_t content;
    /// The update that it was seen in last.
    size_t seen;
  };

  struct known_node {
    std::unordered_map<std::string, known_child> children;
    size_t updates = 0;
  };

  std::unordered_map<std::string, known_node> nodes_;
};

} // namespace page
