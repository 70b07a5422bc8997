// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

#include "caf/actor.hpp"
#include "caf/node_id.hpp"

namespace troupe {

/// Nodes whose actors are known by handles that came from others, and which are
/// not linked yet; and how much waits for them. Thread-safe.
class strangers {
public:
  static constexpr size_t max_nodes = 64;
  static constexpr size_t max_actors = 4'096;
  static constexpr size_t max_messages = 65'536;

  /// Outcome of `add`.
  enum class outcome {
    /// There is no room for more.
    refused,
    /// The first actor of its node.
    new_node,
    known_node,
  };

  outcome add(const caf::node_id& node, caf::actor_id id) {
    std::lock_guard guard{mtx_};
    auto i = nodes_.find(node);
    if (actors_ == max_actors
        || (i == nodes_.end() && nodes_.size() == max_nodes))
      return outcome::refused;
    ++actors_;
    nodes_[node].push_back(id);
    return i == nodes_.end() ? outcome::new_node : outcome::known_node;
  }

  /// The node is a stranger no more, or never will be another thing.
  /// @returns its actors.
  std::vector<caf::actor_id> remove(const caf::node_id& node) {
    std::lock_guard guard{mtx_};
    auto x = nodes_.extract(node);
    if (!x)
      return {};
    actors_ -= x.mapped().size();
    return std::move(x.mapped());
  }

  /// Returns all nodes.
  std::vector<caf::node_id> all() const {
    std::lock_guard guard{mtx_};
    std::vector<caf::node_id> result;
    for (auto& kvp : nodes_)
      result.push_back(kvp.first);
    return result;
  }

  /// Books a message that waits.
  /// @returns whether there is room for it.
  bool take() {
    std::lock_guard guard{mtx_};
    if (messages_ == max_messages)
      return false;
    ++messages_;
    return true;
  }

  /// So many messages wait no more.
  void release(size_t count) {
    std::lock_guard guard{mtx_};
    messages_ -= count;
  }

private:
  mutable std::mutex mtx_;
  std::map<caf::node_id, std::vector<caf::actor_id>> nodes_;
  size_t actors_ = 0;
  size_t messages_ = 0;
};

} // namespace troupe
