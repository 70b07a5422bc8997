// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>

#include "troupe/base/stop_signal.hpp"

#include "common/exit_code.hpp"

namespace app {

/// What SIGINT and SIGTERM do to this program.
///
/// At first they end it at once: there is nothing to clean up, and the thread
/// that computes cannot look. From `in_order` on, the program looks by itself
/// whether it was asked to stop.
class interruption {
public:
  /// REQUIRES: see `troupe::stop_signal`.
  interruption();

  void in_order() noexcept;

  bool requested() const noexcept;

  /// Waits for the request without a limit.
  void wait() const;

  /// Returns what to exit with.
  /// @pre `requested()`
  exit_code code() const;

private:
  std::atomic<bool> at_once_{true};
  troupe::stop_signal signal_;
};

} // namespace app
