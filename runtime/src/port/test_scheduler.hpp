// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>

#include "caf/actor_clock.hpp"
#include "caf/fwd.hpp"

namespace caf::scheduler {

class test_coordinator;

} // namespace caf::scheduler

namespace troupe {

/// CAF's scheduler without threads: actors that have something to do wait in a
/// row until somebody lets one of them take its turn, and so does time.
class test_scheduler {
public:
  using time_point = caf::actor_clock::time_point;

  /// Has systems that `cfg` configures run on such a scheduler.
  /// @pre `cfg` is a `troupe::config`.
  static void select(caf::actor_system_config& cfg);

  /// @pre `sys` was configured with `select`.
  explicit test_scheduler(caf::actor_system& sys);

  /// Number of actors that have something to do.
  size_t size() const noexcept;

  /// Returns the actor in place `i`, `nullptr` if it is something else.
  /// @pre `i < size()`
  caf::local_actor* at(size_t i) const;

  /// Lets the one in place `i` take a turn, which is its start or one message.
  /// If it has more to do, it stands first in the row afterwards.
  /// @pre `i < size()`
  void run(size_t i);

  time_point now() const noexcept;

  /// Returns when the next timeout is due.
  std::optional<time_point> next_timeout() const;

  /// Moves time to `t`, if that is not in the past, and triggers what is due by
  /// then, in order. Lets nobody run.
  void advance_to(time_point t);

  /// Drops all timeouts and delayed messages.
  void forget_timeouts();

private:
  caf::scheduler::test_coordinator* impl_;
};

} // namespace troupe
