// SPDX-License-Identifier: Apache-2.0

#include "pool/dispatch.hpp"

#include <algorithm>

#include "pool/elastic_rule.hpp"

// What is done when tasks take long: second copies and further workers.

namespace troupe {

namespace {

/// Runs that must be known before their distribution says anything.
constexpr uint64_t enough_runs = 20;

} // namespace

// -- second copies ------------------------------------------------------------

caf::timespan dispatch::hedge_delay() const {
  auto& x = *limits_.hedge;
  if (!x.percentile || counts_.run.total() < enough_runs)
    return x.after;
  return std::max(x.after, counts_.run.quantile(*x.percentile));
}

void dispatch::hedge(time_point now) {
  // Whoever waits for a first copy goes before.
  if (!limits_.hedge || !queue_.empty() || phase_ == phase::stopping)
    return;
  auto delay = hedge_delay();
  for (auto& [number, x] : slots_) {
    if (x.state != slot_state::up && x.state != slot_state::suspect)
      continue;
    for (auto& task : x.work.held_for(delay, now)) {
      if (copied_.count(task.key) > 0 || lingers(task.key))
        continue;
      auto i = router_.pick_idle(slots_, number);
      if (i == slots_.end())
        return;
      i->second.work.hand(task, now);
      copied_.emplace(task.key, i->first);
      ++counts_.hedged;
      actions_.push_back(assign_task{i->first, task.key, true});
    }
  }
}

void dispatch::settle_copies(size_t winner, task_key task, time_point now) {
  if (copied_.empty())
    return;
  auto copy = copied_.find(task);
  if (copy == copied_.end())
    return;
  if (copy->second == winner)
    ++counts_.hedges_won;
  copied_.erase(copy);
  for (auto i = slots_.begin(); i != slots_.end(); ++i)
    if (i->first != winner && i->second.work.abandon(task, now)) {
      ++lingering_[task];
      interrupt_if_oldest(i, now);
    }
}

bool dispatch::lose_copy(task_key task) {
  return !copied_.empty() && copied_.erase(task) > 0;
}

// -- further workers ----------------------------------------------------------

void dispatch::fit(time_point now) {
  if (!limits_.elastic || phase_ == phase::stopping)
    return;
  pool_load load;
  auto most_idle = slots_.end();
  for (auto i = slots_.begin(); i != slots_.end(); ++i) {
    auto& x = i->second;
    if (x.duty != slot_duty::serving)
      continue;
    ++load.workers;
    if (x.state != slot_state::up && x.state != slot_state::suspect) {
      ++load.starting;
    } else if (x.state == slot_state::up && x.work.empty()) {
      auto idle = now - std::max(x.up_since, x.work.idle_since());
      if (!load.longest_idle || idle > *load.longest_idle) {
        load.longest_idle = idle;
        most_idle = i;
      }
    }
  }
  if (auto oldest = queue_.oldest())
    load.longest_wait = now - *oldest;
  switch (resize_of(*limits_.elastic, load)) {
    case resize::stay:
      break;
    case resize::grow:
      actions_.push_back(add_worker{});
      break;
    case resize::shrink:
      (void)withdraw(most_idle->first);
      break;
  }
}

std::optional<caf::timespan> dispatch::next_look() const {
  if (phase_ == phase::stopping)
    return std::nullopt;
  std::optional<caf::timespan> result;
  auto look_after = [&](caf::timespan x) {
    result = result ? std::min(*result, x) : x;
  };
  if (limits_.hedge && outstanding_ > copied_.size())
    look_after(hedge_delay() / 2);
  if (limits_.elastic) {
    if (!queue_.empty())
      look_after(limits_.elastic->max_wait / 2);
    if (slots_.size() != limits_.elastic->least)
      look_after(limits_.elastic->max_idle / 2);
  }
  return result;
}

} // namespace troupe
