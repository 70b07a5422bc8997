// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <variant>

#include "troupe/location/starter.hpp"
#include "troupe/testing/fault_plan.hpp"

namespace troupe {

/// Starts of a child that fail.
struct start_fault {
  /// `throws`: with `errc::unhandled_exception` and the text. `quits`: with the
  /// reason, `errc::start_failed` if there is none. `drops`: never
  /// acknowledged, which becomes `errc::start_timeout` if the start has a
  /// timeout.
  std::variant<throws, quits, drops> what = throws{};

  /// The first start that fails, counting from 1.
  size_t nth = 1;

  /// Starts in a row that fail; without a value, all that follow.
  std::optional<size_t> times = 1;
};

/// Returns a starter that starts what `inner` does, except for the starts that
/// `x` strikes, which start nothing. Copies of it count together.
starter faulty_start(start_fault x, starter inner);

} // namespace troupe
