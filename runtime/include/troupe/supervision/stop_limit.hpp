// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "caf/timespan.hpp"

namespace troupe {

/// How long a child may take to end after it was asked to.
class stop_limit {
public:
  /// Asks the child to end and kills it after `x`.
  static constexpr stop_limit within(caf::timespan x) noexcept {
    return stop_limit{x};
  }

  /// Kills the child without asking.
  static constexpr stop_limit at_once() noexcept {
    return stop_limit{caf::timespan{0}};
  }

  /// Asks the child to end and waits for as long as it takes.
  static constexpr stop_limit none() noexcept {
    return stop_limit{std::nullopt};
  }

  constexpr bool kills_at_once() const noexcept {
    return limit_ == caf::timespan{0};
  }

  /// Returns the time that the child has, or nothing if there is no limit.
  constexpr std::optional<caf::timespan> limit() const noexcept {
    return limit_;
  }

  friend bool operator==(const stop_limit&, const stop_limit&) = default;

private:
  explicit constexpr stop_limit(std::optional<caf::timespan> x) noexcept
      : limit_(x) {
    // nop
  }

  std::optional<caf::timespan> limit_;
};

} // namespace troupe
