// SPDX-License-Identifier: Apache-2.0

#include "supervision/place_table.hpp"

#include <utility>

namespace troupe {

place_id place_table::add(std::shared_ptr<const child_policy> policy) {
  place_id result;
  if (unused_.empty()) {
    result = static_cast<place_id>(places_.size());
    places_.emplace_back();
  } else {
    result = unused_.back();
    unused_.pop_back();
  }
  auto& x = places_[result];
  x.in_use = true;
  x.policy = std::move(policy);
  x.position = next_position_++;
  x.previous = last_;
  if (last_ != place::none)
    places_[last_].next = result;
  else
    first_ = result;
  last_ = result;
  ++size_;
  return result;
}

void place_table::remove(place_id id) {
  auto& x = places_[id];
  if (x.previous != place::none)
    places_[x.previous].next = x.next;
  else
    first_ = x.next;
  if (x.next != place::none)
    places_[x.next].previous = x.previous;
  else
    last_ = x.previous;
  x = place{};
  unused_.push_back(id);
  --size_;
}

} // namespace troupe
