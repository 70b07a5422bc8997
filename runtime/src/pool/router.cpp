// SPDX-License-Identifier: Apache-2.0

#include "pool/router.hpp"

#include <algorithm>
#include <tuple>

namespace troupe {

slot_map::iterator router::pick(slot_map& slots, workload::time_point now) {
  switch (policy_) {
    case routing::round_robin:
      return next_in_turn(slots, now);
    case routing::least_loaded:
      return least_loaded(slots, now);
  }
  return slots.end();
}

bool router::may_take(const slot& x, workload::time_point now) const {
  return x.state == slot_state::up && x.duty == slot_duty::serving
         && x.work.has_credit(now, credit_);
}

slot_map::iterator router::next_in_turn(slot_map& slots,
                                        workload::time_point now) {
  auto takes = [&](auto& x) { return may_take(x.second, now); };
  auto middle = slots.lower_bound(turn_);
  auto i = std::find_if(middle, slots.end(), takes);
  if (i == slots.end()) {
    i = std::find_if(slots.begin(), middle, takes);
    if (i == middle)
      return slots.end();
  }
  turn_ = i->first + 1;
  return i;
}

slot_map::iterator router::least_loaded(slot_map& slots,
                                        workload::time_point now) const {
  auto result = slots.end();
  std::tuple<double, double> least;
  for (auto i = slots.begin(); i != slots.end(); ++i) {
    auto& x = i->second;
    if (!may_take(x, now))
      continue;
    std::tuple load{x.work.total_time(now), x.work.task_time()};
    if (result == slots.end() || load < least) {
      result = i;
      least = load;
    }
  }
  return result;
}

} // namespace troupe
