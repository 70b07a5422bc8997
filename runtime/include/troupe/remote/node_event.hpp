// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/node_id.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// What is known of a node, in the order of a node's life.
enum class node_state : uint8_t {
  /// It is being dialled. Its name may not be known yet.
  joining = 1,
  /// Linked.
  up,
  /// Linked, but silent for longer than usual. Either `up` or `lost` is next.
  suspected,
  /// Linked, but it takes nothing new and will say goodbye.
  leaving,
  /// Its link broke or its host fell silent. It is dialled again and again,
  /// and `up` if it comes back.
  lost,
  /// It said goodbye.
  left,
};

/// @relates node_state
std::string to_string(node_state x);

/// Returns whether messages reach a node in this state, as far as is known.
/// @relates node_state
constexpr bool is_linked(node_state x) {
  return x == node_state::up || x == node_state::suspected
         || x == node_state::leaving;
}

/// Tells a watcher what became of a node.
struct node_event {
  /// Empty for a node that is joining and has not said its name yet.
  std::string name;

  /// Differs for each start of a node.
  caf::node_id id = {};

  node_state state = node_state::up;

  /// Workers that the node offers.
  size_t workers = 0;

  /// Why the node is suspected or lost, or cannot be joined yet.
  std::string reason = {};

  /// `HOST:PORT` where others can dial it, empty if it accepts no links.
  std::string address = {};

  /// What it is there for, sorted.
  std::vector<std::string> roles = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_event& x) {
  return f(caf::meta::type_name("troupe::node_event"), x.name, x.id, x.state,
           x.workers, x.reason, x.address, x.roles);
}

/// Where a node can be found.
struct node_contact {
  /// Empty if it is not known.
  std::string name;

  caf::node_id id;

  /// `HOST:PORT`.
  std::string address;

  friend bool operator==(const node_contact& x, const node_contact& y) {
    return x.name == y.name && x.id == y.id && x.address == y.address;
  }
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_contact& x) {
  return f(caf::meta::type_name("troupe::node_contact"), x.name, x.id,
           x.address);
}

} // namespace troupe
