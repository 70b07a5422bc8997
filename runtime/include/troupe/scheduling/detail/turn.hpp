// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace caf {

class resumable;

} // namespace caf

namespace troupe::detail {

/// What a worker and the actor in its turn share without a word between them.
struct turn {
  /// When the turn began, or when the actor in it was done last, in ticks; zero
  /// on a thread that is no worker.
  uint64_t start = 0;

  /// When the turn should end, in ticks.
  uint64_t end = UINT64_MAX;

  /// The actor that fell asleep last on this worker, which still holds the
  /// reference of a runnable actor: whoever wakes it here takes that one over.
  caf::resumable* kept = nullptr;
};

/// The turn that runs on this thread.
extern constinit thread_local turn this_turn;

} // namespace troupe::detail
