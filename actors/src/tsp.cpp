// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/tsp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace troupe {

int64_t distance(const city& a, const city& b) {
  return std::llround(std::hypot(a.x - b.x, a.y - b.y));
}

int64_t tour_length(const tsp& x, const tour& y) {
  int64_t result = 0;
  for (size_t i = 0; i < y.size(); ++i)
    result += distance(x.cities[y[i]], x.cities[y[(i + 1) % y.size()]]);
  return result;
}

bool is_tour(const tour& x, size_t cities) {
  std::vector<bool> seen(cities);
  for (auto city : x) {
    if (city >= cities || seen[city])
      return false;
    seen[city] = true;
  }
  return x.size() == cities;
}

tour shortest_tour(const tsp& x) {
  // Paths that begin in the last city, visit a set of the others, and end in
  // one of that set.
  auto others = x.cities.size() - 1;
  auto sets = size_t{1} << others;
  constexpr auto far = std::numeric_limits<int64_t>::max() / 2;
  std::vector<int64_t> best(sets * others, far);
  std::vector<uint8_t> previous(sets * others);
  for (size_t end = 0; end < others; ++end)
    best[(size_t{1} << end) * others + end] =
        distance(x.cities[others], x.cities[end]);
  for (size_t set = 1; set < sets; ++set)
    for (size_t end = 0; end < others; ++end) {
      auto length = best[set * others + end];
      if (length >= far)
        continue;
      for (size_t next = 0; next < others; ++next) {
        auto bit = size_t{1} << next;
        if ((set & bit) != 0)
          continue;
        auto with = (set | bit) * others + next;
        auto candidate = length + distance(x.cities[end], x.cities[next]);
        if (candidate < best[with]) {
          best[with] = candidate;
          previous[with] = static_cast<uint8_t>(end);
        }
      }
    }
  auto set = sets - 1;
  size_t end = 0;
  auto closed = [&](size_t i) {
    return best[set * others + i] + distance(x.cities[i], x.cities[others]);
  };
  for (size_t i = 1; i < others; ++i)
    if (closed(i) < closed(end))
      end = i;
  tour result{static_cast<uint16_t>(others)};
  while (set != 0) {
    result.push_back(static_cast<uint16_t>(end));
    auto before = previous[set * others + end];
    set &= ~(size_t{1} << end);
    end = before;
  }
  return result;
}

} // namespace troupe
