// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace fib_app {

/// Decides which task to send next, and when to wait.
///
/// At most `window` tasks are on their way: sent and not answered, or answered
/// and not yet handled by the calling thread. That bounds all queues between
/// the two, however many tasks there are.
class feed_plan {
public:
  /// @pre `window > 0`
  feed_plan(size_t tasks, size_t window);

  /// Returns the next task to send and books it, nothing while the window is
  /// full, the feed pauses or no task is left.
  std::optional<uint32_t> next();

  /// Takes a task back that could not be sent now. The feed pauses.
  /// @returns `true` if it did not pause before.
  bool refused(uint32_t task);

  /// Ends the pause.
  void resume();

  /// Books that the calling thread has handled `answers` answers.
  void handled(size_t answers);

private:
  size_t tasks_;
  size_t window_;
  size_t on_the_way_ = 0;
  uint32_t first_unsent_ = 0;
  bool paused_ = false;

  /// Tasks that were taken back; at most `window_`.
  std::vector<uint32_t> returned_;
};

} // namespace fib_app
