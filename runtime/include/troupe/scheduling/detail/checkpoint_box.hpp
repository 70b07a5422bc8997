// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <mutex>
#include <utility>

#include "caf/error.hpp"
#include "caf/message.hpp"

namespace troupe::detail {

/// Where one incarnation leaves its newest checkpoint, and the last refusal of
/// one, for whoever started it. Thread-safe; holds one of each at most.
class checkpoint_box {
public:
  /// Replaces the newest checkpoint.
  /// @returns whether the receiver must be told.
  bool put(caf::message x) {
    std::lock_guard guard{mtx_};
    newest_.swap(x);
    return !std::exchange(announced_, true);
  }

  /// Replaces the last refusal.
  /// @returns whether the receiver must be told.
  bool refuse(caf::error why) {
    std::lock_guard guard{mtx_};
    refusal_ = std::move(why);
    return !std::exchange(announced_, true);
  }

  /// Takes the newest checkpoint; the receiver must be told of what comes next.
  caf::message take() {
    caf::message result;
    std::lock_guard guard{mtx_};
    newest_.swap(result);
    announced_ = false;
    return result;
  }

  caf::error take_refusal() {
    std::lock_guard guard{mtx_};
    return std::exchange(refusal_, caf::error{});
  }

private:
  std::mutex mtx_;
  caf::message newest_;
  caf::error refusal_;
  bool announced_ = false;
};

} // namespace troupe::detail
