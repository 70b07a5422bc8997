// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "caf/timespan.hpp"

namespace troupe {

/// How long this node may go on with what another one has lent to it.
///
/// Counted from the moment of asking: the other node, which counts from its
/// later grant, never takes it for over too early, however long the messages
/// travel. (Gray and Cheriton, Leases, SOSP 1989.)
class lease {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @pre not `pending()`
  void asked(time_point now) {
    asked_ = now;
  }

  /// Whether an answer is outstanding.
  bool pending() const noexcept {
    return asked_.has_value();
  }

  /// @pre `pending()`
  void granted(caf::timespan length) {
    auto until = *asked_ + length;
    until_ = until_ ? std::max(*until_, until) : until;
    asked_.reset();
    length_ = length;
  }

  /// Returns for how long it was granted last.
  caf::timespan length() const noexcept {
    return length_;
  }

  /// There will be no answer.
  void refused() {
    asked_.reset();
  }

  bool holds(time_point now) const {
    return until_ && now < *until_;
  }

  std::optional<time_point> until() const noexcept {
    return until_;
  }

private:
  std::optional<time_point> asked_;
  std::optional<time_point> until_;
  caf::timespan length_{0};
};

} // namespace troupe
