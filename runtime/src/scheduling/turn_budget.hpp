// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// Decides how many messages the next turn may handle, so that turns of actors
/// that only count messages end in time, too.
///
/// Starts at the limit. A turn that took longer than its slice cuts the budget
/// in proportion (a turn of 8 slices to an eighth), a shorter one doubles it.
/// Pure value; time is in ticks of any clock.
class turn_budget {
public:
  turn_budget(size_t limit, uint64_t slice) noexcept
      : limit_(std::max<size_t>(limit, 1)),
        slice_(std::max<uint64_t>(slice, 1)),
        messages_(limit_) {
    // nop
  }

  /// Returns the messages that the next turn may handle, at least one.
  size_t messages() const noexcept {
    return messages_;
  }

  /// Books a turn that took `elapsed` ticks.
  void book(uint64_t elapsed) noexcept {
    if (elapsed > slice_)
      messages_ = std::max<size_t>(
          1, static_cast<size_t>(messages_ / (elapsed / slice_ + 1)));
    else if (messages_ < limit_)
      messages_ = std::min(limit_, messages_ * 2);
  }

private:
  size_t limit_;
  uint64_t slice_;
  size_t messages_;
};

} // namespace troupe
