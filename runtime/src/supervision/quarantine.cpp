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

const quarantined_message* quarantine::find(uint64_t number) const {
  auto less = [](const quarantined_message& x, uint64_t y) {
    return x.number < y;
  };
  auto i = std::lower_bound(messages_.begin(), messages_.end(), number, less);
  return i != messages_.end() && i->number == number ? &*i : nullptr;
}

std::optional<quarantined_message> quarantine::take(uint64_t number) {
  auto x = find(number);
  if (x == nullptr)
    return std::nullopt;
  auto i = std::find_if(messages_.begin(), messages_.end(),
                        [x](auto& y) { return &y == x; });
  auto result = std::move(*i);
  messages_.erase(i);
  return result;
}

} // namespace troupe
