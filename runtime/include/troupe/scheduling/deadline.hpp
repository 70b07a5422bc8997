// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "caf/timespan.hpp"

namespace troupe {

/// While one lives, requests of this thread have a deadline, which goes with
/// them to other nodes. Scopes nest; the inner one counts.
class deadline_scope {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit deadline_scope(time_point x) noexcept;

  ~deadline_scope();

  deadline_scope(const deadline_scope&) = delete;
  deadline_scope& operator=(const deadline_scope&) = delete;

  /// Returns the deadline of what this thread sends.
  static std::optional<time_point> current() noexcept;

private:
  std::optional<time_point> outer_;
};

/// As `self->request(dest, timeout, xs...)`, but the receiver's node knows the
/// timeout, too: a request that has not been taken up by then is answered with
/// `errc::deadline_passed`, and its handler never runs. The deadline comes too
/// late there by no more than the time for which a message travels.
///
/// A receiver in this process handles the request as any other, and what a
/// receiver delegates has no deadline any more.
template <class Self, class Handle, class... Ts>
auto request_in_time(Self* self, const Handle& dest, caf::timespan timeout,
                     Ts&&... xs) {
  using clock = std::chrono::steady_clock;
  auto now = clock::now();
  constexpr auto never = clock::time_point::max();
  deadline_scope scope{timeout < never - now ? now + timeout : never};
  return self->request(dest, timeout, std::forward<Ts>(xs)...);
}

} // namespace troupe
