// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "caf/meta/type_name.hpp"
#include "caf/optional.hpp"

#include "troupe/supervision/child_info.hpp"

namespace troupe {

/// A child of a supervisor, or the supervisor at the root of a tree, as an
/// observer sees it.
struct observed_child {
  /// Names from the root down, as in `shop/storage/cache`.
  std::string path = {};

  /// As the supervisor sees it. For a child on another node, the numbers that
  /// only cells have come from the observer there.
  child_info info = {};

  /// Name of the node that the incarnation runs on; empty while there is none.
  std::string node = {};

  /// Share of the time since the last look that was spent on messages, from 0
  /// to 1; nothing at the first look.
  caf::optional<double> busy_share = {};

  /// Failures of incarnations and restarts since the observer started.
  uint64_t failures = 0;
  uint64_t restarts = 0;

  /// Why numbers, or the children of a supervisor, are missing; empty if
  /// nothing is.
  std::string note = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observed_child& x) {
  return f(caf::meta::type_name("observed_child"), x.path, x.info, x.node,
           x.busy_share, x.failures, x.restarts, x.note);
}

} // namespace troupe
