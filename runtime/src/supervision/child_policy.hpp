// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "caf/timespan.hpp"

#include "troupe/supervision/child_spec.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

/// The part of a `child_spec` that decisions depend on, with its defaults
/// filled in. Children with equal policies may share one.
struct child_policy {
  restart_type restart = restart_type::permanent;
  child_kind kind = child_kind::worker;
  stop_limit shutdown = stop_limit::none();
  std::optional<restart_backoff> delay = {};
  significance significant = significance::ordinary;
  std::optional<hang_detection> hang = {};
  /// How many failures move the child, if any do.
  std::optional<restart_intensity> escalation = {};
};

/// @relates child_policy
child_policy policy_of(const child_spec& x);

/// Returns how long a start of `x` may take, if there is a limit.
/// @relates child_spec
std::optional<caf::timespan> start_timeout_of(const child_spec& x);

} // namespace troupe
