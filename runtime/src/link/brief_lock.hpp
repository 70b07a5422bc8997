// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <mutex>

#include "port/pause.hpp"

namespace troupe {

/// Locks a mutex that nobody has for long: waits awake for about as long as the
/// work of others under it takes. To be put to sleep and woken up takes many
/// times that.
inline std::unique_lock<std::mutex> brief_lock(std::mutex& x) {
  constexpr int tries = 100;
  for (int i = 0; i < tries; ++i) {
    std::unique_lock guard{x, std::try_to_lock};
    if (guard.owns_lock())
      return guard;
    port::pause();
  }
  return std::unique_lock{x};
}

} // namespace troupe
