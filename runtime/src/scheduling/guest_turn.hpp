// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

#include "caf/execution_unit.hpp"
#include "caf/fwd.hpp"

namespace troupe {

/// Gives an actor a turn on a thread that is no worker of the scheduler.
///
/// For threads that wake actors and have nothing else to do then: what they
/// would hand to a worker, and wait for it to wake up, they run themselves.
/// Whoever wakes an actor passes on `next`, and calls `run` or `hand_over` when
/// all are woken. An actor that is woken alone is kept for `run`; where there
/// are several, the scheduler has them all at once. Not thread-safe.
///
/// Hazard: a handler may take as long as it likes, and so may `run`.
class guest_turn final : public caf::execution_unit {
public:
  explicit guest_turn(caf::actor_system& sys);

  /// Hands over what is left.
  ~guest_turn() override;

  /// Returns what to pass to `enqueue`; null stands for the scheduler.
  caf::execution_unit* next();

  void exec_later(caf::resumable* job) override;

  /// Returns whether there is an actor to run.
  bool ready() const noexcept {
    return job_ != nullptr;
  }

  /// Gives it a turn.
  void run();

  /// Leaves it to the scheduler.
  void hand_over();

private:
  caf::resumable* job_ = nullptr;
  size_t offers_ = 0;
};

} // namespace troupe
