// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "caf/meta/type_name.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// Something that happened to a pool's worker.
struct pool_event {
  enum class kind : uint8_t {
    /// A worker is ready.
    up = 1,
    /// A worker died or could not be started; its tasks went back to the queue.
    lost,
    /// The slot's worker is not started again: it died once too often, or its
    /// node is gone. Follows a `lost`.
    given_up,
    /// The slot was withdrawn and its worker has ended.
    withdrawn,
  };

  kind what = kind::up;

  /// Number of the worker's slot, in the order in which workers were added.
  size_t slot = 0;

  /// Where the worker lives: a node's name, empty for this one.
  std::string node;

  /// Tasks that went back to the queue.
  size_t requeued = 0;

  /// Why a worker was lost or given up, one line.
  std::string reason;
};

/// @relates pool_event
std::string to_string(pool_event::kind x);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, pool_event& x) {
  return f(caf::meta::type_name("troupe::pool_event"), x.what, x.slot, x.node,
           x.requeued, x.reason);
}

} // namespace troupe
