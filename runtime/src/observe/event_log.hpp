// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

#include "troupe/observe/observed_event.hpp"

#include "observe/numbered_log.hpp"

namespace troupe {

/// Numbers events and remembers the last ones. Pure value.
class event_log {
public:
  /// @param id Tells it from other logs; not zero.
  /// @pre `max > 0`
  event_log(size_t max, uint64_t id) : events_(max, id) {
    // nop
  }

  /// Gives `x` the next number, and returns it as it is kept.
  const observed_event& add(observed_event x);

  /// Returns what comes after the event of the query; everything if that is
  /// none of this log's.
  event_page page(const event_query& what) const;

  uint64_t last() const noexcept {
    return events_.last();
  }

private:
  numbered_log<observed_event> events_;
};

} // namespace troupe
