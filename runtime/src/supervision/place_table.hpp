// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "supervision/place.hpp"

namespace troupe {

/// The places of a supervisor in the order in which children are started.
/// Appending, removing and stepping take constant time; a `place_id` stays
/// valid until it is removed.
class place_table {
public:
  /// Appends an empty place.
  place_id add(std::shared_ptr<const child_policy> policy);

  /// @pre `x` is in the table.
  void remove(place_id x);

  bool contains(place_id x) const noexcept {
    return x < places_.size() && places_[x].in_use;
  }

  place& operator[](place_id x) noexcept {
    return places_[x];
  }

  const place& operator[](place_id x) const noexcept {
    return places_[x];
  }

  /// First place in the order, or `place::none`.
  place_id first() const noexcept {
    return first_;
  }

  /// Last place in the order, or `place::none`.
  place_id last() const noexcept {
    return last_;
  }

  size_t size() const noexcept {
    return size_;
  }

private:
  std::vector<place> places_;
  std::vector<place_id> unused_;
  place_id first_ = place::none;
  place_id last_ = place::none;
  uint64_t next_position_ = 0;
  size_t size_ = 0;
};

} // namespace troupe
