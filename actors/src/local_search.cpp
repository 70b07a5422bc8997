// SPDX-License-Identifier: Apache-2.0

#include "local_search.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

local_search::local_search(const distance_table& distances)
    : distances_(distances),
      position_(distances.cities()),
      is_awake_(distances.cities()) {
  // nop
}

int64_t local_search::improve(tour& x) {
  tour_ = &x;
  for (size_t i = 0; i < x.size(); ++i)
    position_[x[i]] = i;
  awake_.clear();
  std::fill(is_awake_.begin(), is_awake_.end(), false);
  for (auto i = x.rbegin(); i != x.rend(); ++i)
    wake(*i);
  while (!awake_.empty()) {
    auto a = awake_.back();
    awake_.pop_back();
    is_awake_[a] = false;
    while (improve_at(a)) {
      // Again, until nothing is gained.
    }
  }
  return distances_.length(x);
}

bool local_search::improve_at(uint16_t a) {
  return two_opt(a) || or_opt(a);
}

void local_search::wake(uint16_t a) {
  if (!is_awake_[a]) {
    is_awake_[a] = true;
    awake_.push_back(a);
  }
}

bool local_search::two_opt(uint16_t a) {
  auto& t = *tour_;
  auto at = position_[a];
  for (auto forward : {true, false}) {
    auto step = [&](size_t i) { return forward ? next(i) : previous(i); };
    auto b = t[step(at)];
    auto ab = distances_(a, b);
    for (auto c : distances_.neighbours(a)) {
      auto ac = distances_(a, c);
      if (ac >= ab)
        break;
      auto d = t[step(position_[c])];
      if (ab + distances_(c, d) <= ac + distances_(b, d))
        continue;
      if (forward)
        reverse(position_[b], position_[c]);
      else
        reverse(position_[c], position_[b]);
      for (auto city : {a, b, c, d})
        wake(city);
      return true;
    }
  }
  return false;
}

void local_search::reverse(size_t i, size_t j) {
  auto& t = *tour_;
  auto n = t.size();
  auto inside = (j >= i ? j - i : j + n - i) + 1;
  // The rest may be reversed instead: it gives the same circle.
  if (inside * 2 > n) {
    std::swap(i, j);
    i = next(i);
    j = previous(j);
    inside = n - inside;
  }
  for (auto swaps = inside / 2; swaps > 0; --swaps) {
    std::swap(t[i], t[j]);
    position_[t[i]] = i;
    position_[t[j]] = j;
    i = next(i);
    j = previous(j);
  }
}

bool local_search::or_opt(uint16_t a) {
  auto n = tour_->size();
  for (size_t length = 1; length <= 3 && length + 2 < n; ++length) {
    auto at = position_[a];
    if (at + length <= n && relocate(a, at, length))
      return true;
    if (length > 1 && at + 1 >= length && relocate(a, at + 1 - length, length))
      return true;
  }
  return false;
}

bool local_search::relocate(uint16_t a, size_t first, size_t length) {
  auto& t = *tour_;
  auto last = first + length - 1;
  auto before = t[previous(first)];
  auto after = t[next(last)];
  auto other = t[first] == a ? t[last] : t[first];
  auto gain = distances_(before, t[first]) + distances_(t[last], after)
              - distances_(before, after);
  for (auto c : distances_.neighbours(a)) {
    auto ac = distances_(a, c);
    if (ac >= gain)
      break;
    auto at = position_[c];
    if (at >= first && at <= last)
      continue;
    for (auto forward : {true, false}) {
      auto d = t[forward ? next(at) : previous(at)];
      // The gap between the neighbours of the segment is not one.
      if (position_[d] >= first && position_[d] <= last)
        continue;
      if (gain <= ac + distances_(other, d) - distances_(c, d))
        continue;
      // From c the segment begins with a.
      segment_.assign(t.begin() + static_cast<ptrdiff_t>(first),
                      t.begin() + static_cast<ptrdiff_t>(last) + 1);
      if ((segment_.front() == a) != forward)
        std::reverse(segment_.begin(), segment_.end());
      t.erase(t.begin() + static_cast<ptrdiff_t>(first),
              t.begin() + static_cast<ptrdiff_t>(last) + 1);
      auto spot = std::find(t.begin(), t.end(), c);
      t.insert(forward ? spot + 1 : spot, segment_.begin(), segment_.end());
      for (size_t i = 0; i < t.size(); ++i)
        position_[t[i]] = i;
      for (auto city : {a, other, before, after, c, d})
        wake(city);
      return true;
    }
  }
  return false;
}

} // namespace troupe
