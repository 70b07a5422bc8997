// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace troupe {

/// Random numbers that are the same everywhere: SplitMix64 (Steele, Lea, Flood,
/// 2014). The standard library's distributions differ between libraries.
class random_stream {
public:
  /// Goes on where the stream with that state was.
  explicit random_stream(uint64_t state) noexcept : state_(state) {
    // nop
  }

  uint64_t state() const noexcept {
    return state_;
  }

  uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// Returns a number below `limit`, by Lemire's multiplication; the bias is
  /// below 2^-32.
  /// @pre `limit > 0`
  uint32_t below(uint32_t limit) noexcept {
    return static_cast<uint32_t>(((next() >> 32) * limit) >> 32);
  }

  /// Returns a number from 0 up to and without 1.
  double fraction() noexcept {
    return static_cast<double>(next() >> 11) * 0x1p-53;
  }

private:
  uint64_t state_;
};

} // namespace troupe
