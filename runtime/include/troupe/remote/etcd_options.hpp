// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "caf/timespan.hpp"

namespace troupe {

/// How to reach etcd, version 3.4 or later, through its JSON gateway.
struct etcd_options {
  /// `HOST:PORT` of its client interface, one of each member. The connection is
  /// not encrypted: on loopback, or in a network that you trust.
  std::vector<std::string> endpoints = {};

  /// Keys of this group of nodes begin with it.
  std::string prefix = "/troupe/";

  /// A node that does not renew its registration is forgotten, and loses its
  /// names, after so long; whole seconds, 2 s to 10 min. Shorter notices a dead
  /// holder sooner, and takes a pause of etcd or of the node for its death.
  caf::timespan lease = std::chrono::seconds{10};

  /// A call of etcd that takes longer has failed.
  caf::timespan call_timeout = std::chrono::seconds{2};
};

} // namespace troupe
