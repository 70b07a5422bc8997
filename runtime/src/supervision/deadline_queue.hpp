// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "supervision/plan_action.hpp"

namespace troupe {

/// What is due at some time.
struct deadline {
  enum class kind : uint8_t {
    /// A child has waited for its restart.
    restart = 1,
    /// A child had its time to end.
    stop,
    /// A group has waited for its restart.
    group,
  };

  std::chrono::steady_clock::time_point time;
  kind what;
  child_ref who;
};

/// Deadlines by time. Those that have become void are not taken out: who takes
/// one looks whether it still stands.
class deadline_queue {
public:
  using time_point = std::chrono::steady_clock::time_point;

  void push(deadline x) {
    entries_.push(x);
  }

  /// Takes the earliest deadline that is due at `now`.
  std::optional<deadline> pop(time_point now) {
    if (entries_.empty() || entries_.top().time > now)
      return std::nullopt;
    auto result = entries_.top();
    entries_.pop();
    return result;
  }

  /// Drops void deadlines from the front.
  template <class Predicate>
  void drop_front(Predicate is_void) {
    while (!entries_.empty() && is_void(entries_.top()))
      entries_.pop();
  }

  /// Returns when the earliest one is due.
  std::optional<time_point> next() const {
    if (entries_.empty())
      return std::nullopt;
    return entries_.top().time;
  }

private:
  struct later {
    bool operator()(const deadline& x, const deadline& y) const noexcept {
      return x.time > y.time;
    }
  };

  std::priority_queue<deadline, std::vector<deadline>, later> entries_;
};

} // namespace troupe
