// SPDX-License-Identifier: Apache-2.0

#include "supervision/quarantine.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

std::optional<quarantined_message> quarantine::add(quarantined_message x) {
  std::optional<quarantined_message> result;
  if (messages_.size() >= limit_) {
    result = std::move(messages_.front());
    messages_.pop_front();
  }
  x.number = ++last_number_;
  messages_.push_back(std::move(x));
  return result;
}

std::optional<quarantined_message> quarantine::take(uint64_t number) {
  auto less = [](const quarantined_message& x, uint64_t y) {
    return x.number < y;
  };
  auto i = std::lower_bound(messages_.begin(), messages_.end(), number, less);
  if (i == messages_.end() || i->number != number)
    return std::nullopt;
  auto result = std::move(*i);
  messages_.erase(i);
  return result;
}

} // namespace troupe
