// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include "link/connection.hpp"

namespace troupe {

class hub;
class session;

/// Replaces streams that broke without a farewell.
///
/// Who had dialled dials again, the other side waits for it. Both give up at
/// once when nobody listens at the peer's address any more, since then its
/// process is gone; and after `hub_options::resume_window`.
class mender {
public:
  using clock = std::chrono::steady_clock;

  /// Dials the peer of a session once more; blocks at most until the deadline.
  using redial = std::function<connection::outcome(
      const std::shared_ptr<session>&, clock::time_point deadline)>;

  mender(std::shared_ptr<hub> owner, redial dial);

  /// @pre `stop` was called.
  ~mender();

  /// Starts to care for a session.
  /// @returns false after `stop`, and when there are no resources for it.
  bool mend(std::shared_ptr<session> which);

  /// Gives up all sessions and waits until that is done.
  void stop();

private:
  void run(const std::shared_ptr<session>& which);

  /// @returns whether it was stopped meanwhile.
  bool pause();

  std::shared_ptr<hub> hub_;
  redial dial_;
  std::mutex mtx_;
  std::condition_variable changed_;
  size_t under_way_ = 0;
  bool stopped_ = false;
};

} // namespace troupe
