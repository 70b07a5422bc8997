// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "troupe/supervision/child_spec.hpp"
#include "troupe/supervision/restart_budget.hpp"

namespace troupe {

/// Who is restarted when a child fails.
enum class supervision_strategy : uint8_t {
  /// Only that child.
  one_for_one = 1,
  /// All children.
  one_for_all,
  /// That child and those started after it.
  rest_for_one,
  /// Only that child; all children are started at run time from one template.
  dynamic,
};

/// @relates supervision_strategy
std::string to_string(supervision_strategy x);

/// Whose failures are counted together.
enum class intensity_scope : uint8_t {
  per_supervisor = 1,
  per_child,
};

/// @relates intensity_scope
std::string to_string(intensity_scope x);

/// When the end of significant children ends the supervisor, which then stops
/// its other children and exits with `exit_reason::user_shutdown`.
///
/// Only children that end by themselves and are not restarted count, not those
/// that were stopped by a message or with their group.
enum class auto_shutdown : uint8_t {
  never = 1,
  /// When one of them ends.
  any_significant,
  /// When the last of them ends.
  all_significant,
};

/// @relates auto_shutdown
std::string to_string(auto_shutdown x);

/// A supervisor and its children.
struct supervisor_spec {
  supervision_strategy strategy = supervision_strategy::one_for_one;

  /// Started in this order, stopped in reverse. With `dynamic`, exactly one:
  /// the template, of which none is started at first.
  std::vector<child_spec> children = {};

  /// More restarts end the supervisor with `errc::restarts_exhausted`. Each
  /// attempt counts as one, so does the restart of a group. Without a value,
  /// there is no limit.
  std::optional<restart_intensity> intensity = restart_intensity{};

  intensity_scope scope = intensity_scope::per_supervisor;

  auto_shutdown shutdown = auto_shutdown::never;

  /// How long a child may take to end once it was killed. One that takes longer
  /// (its handler does not return) is reported, disowned, and no longer waited
  /// for.
  caf::timespan kill_timeout = std::chrono::seconds{5};

  /// Get each `supervision_event` from the start on.
  std::vector<caf::actor> watchers = {};

  /// Messages in quarantine, 1 to 1,000,000; the oldest makes place and is
  /// lost, which the event `forgotten` tells.
  size_t max_quarantined = 1'024;
};

/// Returns the first field of `x` that is wrong: as `validate` of its children
/// does, or `duplicate_child_id`, `bad_strategy`, `bad_template`,
/// `bad_intensity`, `bad_auto_shutdown`, `bad_significance`,
/// `bad_kill_timeout`, `bad_watcher`, `bad_quarantine_limit`. Starts nothing.
/// @relates supervisor_spec
caf::error validate(const supervisor_spec& x);

/// Returns `bad_significance` if a child is significant to a supervisor that
/// does not care.
/// @relates supervisor_spec
caf::error validate_significance(const child_spec& x, auto_shutdown policy);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::supervisor_spec)
