// SPDX-License-Identifier: Apache-2.0

#include "pool/router.hpp"

#include <algorithm>
#include <tuple>

namespace troupe {

namespace {

/// Spreads the bits of `x`: the finaliser of SplitMix64.
uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

} // namespace

slot_map::iterator router::pick(slot_map& slots, const counted_task& task,
                                workload::time_point now) {
  switch (policy_) {
    case routing::round_robin:
      return next_in_turn(slots, now);
    case routing::least_loaded:
      return least_loaded(slots, now);
    case routing::consistent_hash:
      return task.hash ? highest_weight(slots, *task.hash, now)
                       : least_loaded(slots, now);
    case routing::random:
      return any(slots, now);
  }
  return slots.end();
}

bool router::may_take(const slot& x, workload::time_point now) const {
  return x.state == slot_state::up && x.duty == slot_duty::serving
         && !x.replaced && !x.worn && x.work.has_credit(now, credit_);
}

bool router::has_taker(const slot_map& slots, workload::time_point now) const {
  return std::any_of(slots.begin(), slots.end(),
                     [&](auto& x) { return may_take(x.second, now); });
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

slot_map::iterator router::pick_idle(slot_map& slots, size_t not_this) const {
  return std::find_if(slots.begin(), slots.end(), [&](auto& entry) {
    auto& [number, x] = entry;
    return number != not_this && x.work.empty()
           && may_take(x, workload::time_point{});
  });
}

// Rendezvous hashing (Thaler and Ravishankar, 1998): each key has an order of
// its own among the slots, and goes to the first that can take it. A slot that
// goes away moves only its own keys.
slot_map::iterator router::highest_weight(slot_map& slots, uint64_t hash,
                                          workload::time_point now) const {
  auto result = slots.end();
  uint64_t highest = 0;
  for (auto i = slots.begin(); i != slots.end(); ++i) {
    if (!may_take(i->second, now))
      continue;
    auto weight = mixed(hash ^ mixed(i->first + 1));
    if (result == slots.end() || weight > highest) {
      result = i;
      highest = weight;
    }
  }
  return result;
}

// Reservoir sampling with one place.
slot_map::iterator router::any(slot_map& slots, workload::time_point now) {
  auto result = slots.end();
  size_t seen = 0;
  for (auto i = slots.begin(); i != slots.end(); ++i)
    if (may_take(i->second, now)
        && std::uniform_int_distribution<size_t>{0, seen++}(random_) == 0)
      result = i;
  return result;
}

} // namespace troupe
