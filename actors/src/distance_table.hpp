// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "troupe/actors/tsp.hpp"

namespace troupe {

/// All distances of a problem, and the nearest cities of each.
class distance_table {
public:
  explicit distance_table(const std::vector<city>& cities)
      : cities_(cities.size()),
        near_(std::min<size_t>(10, cities_ - 1)),
        distances_(cities_ * cities_),
        neighbours_(cities_ * near_) {
    for (size_t a = 0; a < cities_; ++a)
      for (size_t b = 0; b < cities_; ++b)
        distances_[a * cities_ + b] =
            static_cast<int32_t>(distance(cities[a], cities[b]));
    std::vector<uint16_t> order(cities_);
    for (size_t a = 0; a < cities_; ++a) {
      std::iota(order.begin(), order.end(), uint16_t{0});
      std::swap(order[a], order.back());
      // Equal distances go by number, so that the order is the same everywhere.
      std::partial_sort(order.begin(),
                        order.begin() + static_cast<ptrdiff_t>(near_),
                        order.end() - 1, [&](auto x, auto y) {
                          auto to_x = distances_[a * cities_ + x];
                          auto to_y = distances_[a * cities_ + y];
                          return to_x != to_y ? to_x < to_y : x < y;
                        });
      std::copy_n(order.begin(), near_,
                  neighbours_.begin() + static_cast<ptrdiff_t>(a * near_));
    }
  }

  size_t cities() const noexcept {
    return cities_;
  }

  int64_t operator()(uint16_t a, uint16_t b) const noexcept {
    return distances_[a * cities_ + b];
  }

  /// Returns the nearest cities of `a`, by distance.
  std::span<const uint16_t> neighbours(uint16_t a) const noexcept {
    return {neighbours_.data() + a * near_, near_};
  }

  int64_t length(const tour& x) const noexcept {
    auto result = (*this)(x.back(), x.front());
    for (size_t i = 1; i < x.size(); ++i)
      result += (*this)(x[i - 1], x[i]);
    return result;
  }

private:
  size_t cities_;
  size_t near_;
  std::vector<int32_t> distances_;
  std::vector<uint16_t> neighbours_;
};

} // namespace troupe
