// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>

#include "caf/error.hpp"

namespace troupe {

/// What an error that came back in place of a task's result means if the worker
/// turns out to be dead.
enum class doubt : uint8_t {
  /// The worker never began with the task.
  untouched = 1,
  /// The worker failed over the task.
  broken,
  /// The worker's process died over the task, or over a later one while the
  /// answer was on its way: the last such task was in work.
  fallen,
};

/// Returns what `x` would mean, or nothing if only a living worker replies with
/// such an error.
std::optional<doubt> doubt_about(const caf::error& x);

} // namespace troupe
