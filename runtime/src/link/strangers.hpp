// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
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
  static constexpr size_t max_messages = 4'096;

  /// Outcome of `add`.
  struct entry {
    /// Tells apart the times that a node was a stranger.
    uint64_t number;

    /// The first actor of its node.
    bool is_first;
  };

  /// @returns nothing if there is no room for more.
  std::optional<entry> add(const caf::node_id& node, caf::actor_id id) {
    std::lock_guard guard{mtx_};
    if (!fits(node))
      return std::nullopt;
    auto [i, is_first] = nodes_.try_emplace(node);
    if (is_first)
      i->second.number = ++last_number_;
    ++actors_;
    i->second.actors.push_back(id);
    return entry{i->second.number, is_first};
  }

  /// Returns whether there is room for one more actor of `node`.
  bool has_room(const caf::node_id& node) const {
    std::lock_guard guard{mtx_};
    return fits(node);
  }

  /// The node is a stranger no more, or never will be another thing. Does
  /// nothing if it has become one anew since `add` returned `number`.
  /// @returns its actors.
  std::vector<caf::actor_id> remove(const caf::node_id& node,
                                    std::optional<uint64_t> number = {}) {
    std::lock_guard guard{mtx_};
    auto i = nodes_.find(node);
    if (i == nodes_.end() || (number && *number != i->second.number))
      return {};
    auto result = std::move(i->second.actors);
    nodes_.erase(i);
    actors_ -= result.size();
    return result;
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
  struct stranger {
    uint64_t number = 0;
    std::vector<caf::actor_id> actors = {};
  };

  bool fits(const caf::node_id& node) const {
    return actors_ < max_actors
           && (nodes_.size() < max_nodes || nodes_.count(node) != 0);
  }

  mutable std::mutex mtx_;
  std::map<caf::node_id, stranger> nodes_;
  uint64_t last_number_ = 0;
  size_t actors_ = 0;
  size_t messages_ = 0;
};

} // namespace troupe
