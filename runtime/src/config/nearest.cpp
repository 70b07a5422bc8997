// SPDX-License-Identifier: Apache-2.0

#include "config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace troupe {

namespace {

size_t distance(std::string_view x, std::string_view y) {
  // row[j] is the distance between the part of x seen so far and y[0, j).
  std::vector<size_t> row(y.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (char ch : x) {
    auto diagonal = row[0]++;
    for (size_t j = 1; j < row.size(); ++j) {
      auto changed = diagonal + (ch == y[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

} // namespace

std::optional<std::string> nearest(std::string_view x,
                                   std::span<const std::string> known) {
  std::optional<std::string> result;
  auto best = x.size() / 2 + 1;
  for (auto& candidate : known) {
    if (auto d = distance(x, candidate); d < best) {
      best = d;
      result = candidate;
    }
  }
  return result;
}

} // namespace troupe
