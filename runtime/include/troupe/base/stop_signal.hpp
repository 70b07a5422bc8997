// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "caf/timespan.hpp"

namespace troupe {

/// Turns the first SIGINT or SIGTERM into a request to stop in order.
///
/// A second one, while the program is stopping, ends the process at once with
/// exit code 128 + number of the signal (130 or 143), and nothing is flushed.
/// No code of the program runs in a signal handler. When this object is gone,
/// both signals do again what they did before.
///
/// REQUIRES: constructed before the program starts other threads, also those of
/// an actor system, because both signals must be blocked in all of them;
/// destroyed by the thread that constructed it; not more than one at a time.
///
/// A program that is started meanwhile inherits blocked signals: give it a
/// signal mask of its own (`POSIX_SPAWN_SETSIGMASK`), or it can only be killed.
class stop_signal {
public:
  /// Is called once, from a thread of its own, with the number of the signal.
  /// Must not throw; the destructor waits for it.
  using function = std::function<void(int)>;

  /// Throws `std::system_error` if the process may not open any more files or
  /// threads.
  stop_signal();

  /// Also calls `told` on the first signal, such as to tell an actor.
  explicit stop_signal(function told);

  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;

  ~stop_signal();

  /// Returns whether a signal came. Never blocks, may be asked from any thread.
  bool requested() const noexcept;

  /// Waits for the first signal.
  /// @returns its number, also if it came earlier; nothing after `timeout`.
  std::optional<int> wait(caf::timespan timeout) const;

  /// Waits for the first signal without a limit.
  int wait() const;

private:
  class impl;

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
