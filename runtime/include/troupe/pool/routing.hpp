// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

namespace troupe {

/// How a pool chooses among the workers that have credit left.
enum class routing : uint8_t {
  /// The next one in turn.
  round_robin = 1,
  /// The one with the least outstanding work, in measured time; among equals
  /// the fastest.
  least_loaded,
};

/// @relates routing
std::string to_string(routing x);

} // namespace troupe
