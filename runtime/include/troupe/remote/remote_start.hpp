// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "caf/message.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// What becomes of a supervised child whose node is lost, or not there yet.
enum class node_loss : uint8_t {
  /// It is started once the node is there (again): the named one; with
  /// `on_role` and `least_loaded`, the one that it ran on.
  wait = 1,
  /// It is started on another node, the least loaded one that fits. With `on`,
  /// any node that offers workers fits while the named one is not up.
  elsewhere,
  /// It is not started again: its start is declined as by `ignore_start`, and
  /// its place stays empty.
  give_up,
};

/// @relates node_loss
std::string to_string(node_loss x);

/// How to start a registered actor type on a node.
struct remote_start {
  /// Name under which the type is registered there.
  std::string type;

  /// Arguments of its function.
  caf::message args = {};

  node_loss when_lost = node_loss::elsewhere;

  /// How long a start may wait for a node before it fails with
  /// `errc::unknown_node`. A restart also waits until the former incarnation
  /// has surely ended, see `node_options::lease`.
  caf::timespan patience = std::chrono::seconds{30};
};

} // namespace troupe
