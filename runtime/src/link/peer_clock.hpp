// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "caf/timespan.hpp"

namespace troupe {

/// Translates what a peer has dated by its clock into the time of this node.
///
/// Clocks of two hosts have nothing in common. But whatever comes was sent
/// before: what is on its way for the shortest time tells how the clocks
/// differ, but for that time. So a deadline comes out too late by no more than
/// that, however long the message that bears it has waited since. Pure value.
class peer_clock {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// By how much one clock may run faster than the other.
  static constexpr int64_t max_drift_per_million = 200;

  /// Something has come at `now` that was sent at `peer_us`.
  void heard(uint64_t peer_us, time_point now) noexcept;

  /// Returns when it is `peer_us` for the peer; nothing if it was not heard.
  std::optional<time_point> when(uint64_t peer_us) const noexcept;

private:
  bool heard_ = false;

  /// From the peer's clock to that of this node, in microseconds.
  int64_t offset_us_ = 0;
  time_point heard_at_ = {};
};

/// Returns what a `peer_clock` elsewhere takes for `x`.
/// @relates peer_clock
uint64_t to_microseconds(peer_clock::time_point x) noexcept;

} // namespace troupe
