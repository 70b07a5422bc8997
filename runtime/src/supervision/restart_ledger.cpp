// SPDX-License-Identifier: Apache-2.0

#include "supervision/restart_ledger.hpp"

#include <algorithm>

namespace troupe {

restart_ledger::restart_ledger(std::optional<restart_intensity> intensity,
                               intensity_scope scope)
    : intensity_(intensity), scope_(scope) {
  if (intensity_ && scope_ == intensity_scope::per_supervisor)
    common_.emplace(*intensity_);
}

std::optional<caf::timespan> restart_ledger::book(place& x, time_point now,
                                                  double random) {
  auto& delay = x.policy->delay;
  if (intensity_ && (delay || scope_ == intensity_scope::per_child)) {
    auto& own = history(x);
    if (!own.budget)
      own.budget.emplace(*intensity_);
    if (!own.budget->spend(now - own.waited))
      return std::nullopt;
  }
  if (common_ && !common_->spend(now))
    return std::nullopt;
  if (!delay)
    return caf::timespan{0};
  auto& own = history(x);
  if (x.state == child_state::up && now - x.time >= delay->reset_after)
    own.repetition = 0;
  own.waits_since = now;
  return backoff_delay(delay->bounds, own.repetition++, random);
}

void restart_ledger::launched(place& x, time_point now) {
  if (!x.history || !x.history->waits_since)
    return;
  x.history->waited += now - *x.history->waits_since;
  x.history->waits_since = std::nullopt;
}

size_t restart_ledger::spent(const place& x, time_point now) const {
  size_t result = common_ ? common_->spent(now) : 0;
  if (x.history && x.history->budget)
    result =
        std::max(result, x.history->budget->spent(now - x.history->waited));
  return result;
}

std::optional<size_t> restart_ledger::limit() const noexcept {
  if (!intensity_)
    return std::nullopt;
  return intensity_->restarts;
}

failure_history& restart_ledger::history(place& x) {
  if (!x.history)
    x.history = std::make_unique<failure_history>();
  return *x.history;
}

} // namespace troupe
