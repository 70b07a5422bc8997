// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "caf/meta/type_name.hpp"

namespace troupe {

/// What went over the link to a node since it is linked, and what waits.
struct link_stats {
  /// Name of the node.
  std::string peer = {};

  /// Frames with messages or notices in them, and their bytes. What is sent
  /// again after a stream broke counts again.
  uint64_t sent_frames = 0;
  uint64_t sent_bytes = 0;
  uint64_t received_frames = 0;
  uint64_t received_bytes = 0;

  /// What waits to be sent, about.
  uint64_t waiting_bytes = 0;

  /// What was sent and is not acknowledged, and how much that may be: the
  /// credit that the node has given.
  uint64_t unacknowledged_bytes = 0;
  uint64_t window_bytes = 0;

  /// Streams that took the place of one that broke.
  uint64_t resumed = 0;

  /// How suspicious the silence of the node is, see `detection_options`; 0
  /// while there is no stream.
  double phi = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_stats& x) {
  return f(caf::meta::type_name("troupe::link_stats"), x.peer, x.sent_frames,
           x.sent_bytes, x.received_frames, x.received_bytes, x.waiting_bytes,
           x.unacknowledged_bytes, x.window_bytes, x.resumed, x.phi);
}

} // namespace troupe
