// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/restart_budget.hpp"

#include <algorithm>

namespace troupe {

bool restart_budget::spend(time_point now) {
  while (!booked_.empty() && now - booked_.front() > limit_.period)
    booked_.pop_front();
  if (booked_.size() >= limit_.restarts)
    return false;
  booked_.push_back(now);
  return true;
}

size_t restart_budget::spent(time_point now) const {
  auto counts = [this, now](time_point t) { return now - t <= limit_.period; };
  auto first = std::find_if(booked_.begin(), booked_.end(), counts);
  return static_cast<size_t>(booked_.end() - first);
}

} // namespace troupe
