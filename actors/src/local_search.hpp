// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "distance_table.hpp"
#include "troupe/actors/tsp.hpp"

namespace troupe {

/// Makes a tour shorter until no 2-opt move (reverse a part) and no or-opt move
/// (put one to three cities elsewhere) towards a near city helps.
class local_search {
public:
  explicit local_search(const distance_table& distances);

  /// Returns the length of what `x` has become.
  int64_t improve(tour& x);

private:
  size_t next(size_t i) const noexcept {
    return i + 1 == tour_->size() ? 0 : i + 1;
  }

  size_t previous(size_t i) const noexcept {
    return i == 0 ? tour_->size() - 1 : i - 1;
  }

  bool improve_at(uint16_t a);
  bool two_opt(uint16_t a);
  bool or_opt(uint16_t a);

  /// Moves the `length` cities from position `first` on next to a city near
  /// `a`, which is one end of them.
  bool relocate(uint16_t a, size_t first, size_t length);

  /// Reverses the part from position `i` to `j`, over the end if need be.
  void reverse(size_t i, size_t j);

  void wake(uint16_t a);

  const distance_table& distances_;
  tour* tour_ = nullptr;
  std::vector<size_t> position_;
  std::vector<uint16_t> segment_;

  /// Cities that may still gain, and whether a city is among them.
  std::vector<uint16_t> awake_;
  std::vector<bool> is_awake_;
};

} // namespace troupe
