// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "troupe/remote/node_event.hpp"
#include "troupe/remote/remote_start.hpp"

namespace troupe {

/// Which nodes will do for a start.
struct start_place {
  enum class kind : uint8_t {
    /// The node of that name.
    named = 1,
    /// Every node with that role.
    role,
    /// Every node that offers workers.
    any,
  };

  kind what = kind::any;
  std::string name = {};
};

/// A node that is linked, or this one.
struct candidate {
  std::string name;
  node_state state = node_state::up;
  std::vector<std::string> roles = {};

  /// Workers that it offers.
  size_t workers = 1;

  /// Actors that were started there.
  size_t load = 0;
};

/// The incarnation before, if it was lost with its node.
struct former_incarnation {
  /// Name of its node.
  std::string node;

  /// Whether it has surely ended.
  bool over = false;
};

struct placement_request {
  start_place place = {};
  node_loss when_lost = node_loss::elsewhere;

  /// Whether to wait for a node, as children of supervisors do.
  enum class mode : uint8_t { at_once = 1, patient } how = mode::patient;

  std::optional<former_incarnation> former = std::nullopt;
};

struct placement_decision {
  enum class kind : uint8_t {
    /// Start it on `node`.
    start = 1,
    /// No node fits now; ask again when something has changed.
    wait,
    /// No node fits.
    refuse,
    /// It is not to be started again.
    give_up,
  };

  kind what = kind::refuse;
  std::string node = {};

  friend bool operator==(const placement_decision&,
                         const placement_decision&) = default;
};

/// Decides on which of the candidates an actor is to be started.
placement_decision place(const placement_request& x,
                         const std::vector<candidate>& candidates);

} // namespace troupe
