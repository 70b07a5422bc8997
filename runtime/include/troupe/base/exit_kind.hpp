// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "caf/error.hpp"

namespace troupe {

/// What a supervisor sees in the reason that an actor ended with.
enum class exit_kind : uint8_t {
  /// No error, as after `quit()`.
  normal = 1,
  /// Was asked to end: `exit_reason::user_shutdown`, with or without a text.
  shutdown,
  /// Any other error: an exception, `quit(error)`, a lost link or node.
  failure,
  /// `exit_reason::kill`.
  killed,
};

/// @relates exit_kind
std::string to_string(exit_kind x);

/// Returns what kind of end `reason` stands for.
exit_kind kind_of(const caf::error& reason);

/// Returns whether somebody was at fault: `failure` or `killed`.
/// @relates exit_kind
constexpr bool is_failure(exit_kind x) noexcept {
  return x == exit_kind::failure || x == exit_kind::killed;
}

} // namespace troupe
