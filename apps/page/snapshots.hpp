// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include "caf/actor.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"

#include "troupe/observe/system_snapshot.hpp"

namespace page {

/// Takes snapshots for all pages that are open: at most two a second, however
/// many they are. May be used by several threads.
class snapshots {
public:
  explicit snapshots(caf::actor observer) : observer_(std::move(observer)) {
    // nop
  }

  /// Returns one that is at most half a second old, or why there is none.
  caf::expected<std::shared_ptr<const troupe::system_snapshot>>
  latest(caf::actor_system& sys);

private:
  using clock = std::chrono::steady_clock;

  caf::actor observer_;
  std::mutex mutex_;
  std::shared_ptr<const troupe::system_snapshot> last_;
  clock::time_point taken_;
};

} // namespace page
