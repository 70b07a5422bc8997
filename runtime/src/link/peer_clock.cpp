// SPDX-License-Identifier: Apache-2.0

#include "link/peer_clock.hpp"

#include <algorithm>

namespace troupe {

namespace {

using std::chrono::microseconds;

/// Beyond this, as many microseconds as make 140 years, a clock is wrong. Twice
/// as many still fit into nanoseconds.
constexpr uint64_t max_us = uint64_t{1} << 52;

int64_t in_us(peer_clock::time_point x) noexcept {
  return std::chrono::duration_cast<microseconds>(x.time_since_epoch()).count();
}

int64_t to_signed(uint64_t us) noexcept {
  return static_cast<int64_t>(std::min(us, max_us));
}

} // namespace

void peer_clock::heard(uint64_t peer_us, time_point now) noexcept {
  auto seen = in_us(now) - to_signed(peer_us);
  if (heard_) {
    // What was true then may have drifted away since.
    auto since = in_us(now) - in_us(heard_at_);
    auto kept = offset_us_ + since * max_drift_per_million / 1'000'000;
    if (kept < seen)
      return;
  }
  heard_ = true;
  heard_at_ = now;
  offset_us_ = seen;
}

std::optional<peer_clock::time_point>
peer_clock::when(uint64_t peer_us) const noexcept {
  if (!heard_)
    return std::nullopt;
  return time_point{microseconds{to_signed(peer_us) + offset_us_}};
}

uint64_t to_microseconds(peer_clock::time_point x) noexcept {
  return static_cast<uint64_t>(std::max<int64_t>(in_us(x), 0));
}

} // namespace troupe
