// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "troupe/supervision/quarantined_message.hpp"

namespace troupe {

/// The messages that were set aside, oldest first, at most so many. A pure
/// value.
class quarantine {
public:
  /// @pre `limit > 0`
  explicit quarantine(size_t limit) : limit_(limit) {
    // nop
  }

  /// Sets `x` aside under the next number, from 1 up.
  /// @returns the oldest one if it had to make place.
  std::optional<quarantined_message> add(quarantined_message x);

  /// Returns the message `number`, or null.
  const quarantined_message* find(uint64_t number) const;

  /// Takes the message `number` out, to replay or to discard it.
  std::optional<quarantined_message> take(uint64_t number);

  std::vector<quarantined_message> list() const {
    return {messages_.begin(), messages_.end()};
  }

  size_t size() const noexcept {
    return messages_.size();
  }

private:
  size_t limit_;
  uint64_t last_number_ = 0;
  std::deque<quarantined_message> messages_;
};

} // namespace troupe
