// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <mutex>
#include <utility>

#include "caf/message.hpp"

namespace troupe::detail {

/// Where one incarnation leaves its newest checkpoint for whoever started it.
/// Thread-safe; holds one at most.
class checkpoint_box {
public:
  /// Replaces what is there.
  /// @returns whether the receiver must be told.
  bool put(caf::message x) {
    std::lock_guard guard{mtx_};
    newest_.swap(x);
    return !std::exchange(announced_, true);
  }

  /// Takes what is there; `put` must tell the receiver again.
  caf::message take() {
    caf::message result;
    std::lock_guard guard{mtx_};
    newest_.swap(result);
    announced_ = false;
    return result;
  }

private:
  std::mutex mtx_;
  caf::message newest_;
  bool announced_ = false;
};

} // namespace troupe::detail
