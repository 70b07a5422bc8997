// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "troupe/observe/observed_event.hpp"

namespace troupe {

/// Numbers events and remembers the last ones. Pure value.
class event_log {
public:
  /// @pre `max > 0`
  explicit event_log(size_t max) : max_(max) {
    // nop
  }

  /// Gives `x` the next number, and returns it as it is kept.
  const observed_event& add(observed_event x);

  event_page page(const event_query& what) const;

  uint64_t last() const noexcept {
    return last_;
  }

private:
  size_t max_;
  uint64_t last_ = 0;
  std::deque<observed_event> events_;
};

} // namespace troupe
