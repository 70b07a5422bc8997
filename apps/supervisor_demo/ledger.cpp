// SPDX-License-Identifier: Apache-2.0

#include "ledger.hpp"

#include <algorithm>

namespace demo {

ledger::ledger(uint64_t limit, size_t pieces, size_t surveys, size_t steps)
    : answered_(pieces),
      steps_(surveys, std::vector<bool>(steps)),
      surveyed_(surveys) {
  auto middle = limit / 4 * 3;
  for (size_t i = 0; i < pieces; ++i) {
    pieces_.emplace_back(middle * i / pieces, middle * (i + 1) / pieces);
    to_do_.push_back(i);
  }
  auto rest = limit - middle;
  for (size_t i = 0; i < surveys; ++i)
    surveys_.push_back({.first = middle + rest * i / surveys,
                        .last = middle + rest * (i + 1) / surveys,
                        .steps = steps});
  for (auto kind : all_fault_kinds)
    summary_.injected[kind] = 0;
}

std::optional<size_t> ledger::take() {
  if (to_do_.empty())
    return std::nullopt;
  auto result = to_do_.front();
  to_do_.pop_front();
  return result;
}

bool ledger::done(size_t piece, uint64_t primes) {
  if (answered_[piece])
    return false;
  answered_[piece] = true;
  ++pieces_done_;
  summary_.answer += primes;
  return true;
}

void ledger::put_back(size_t piece) {
  if (!answered_[piece])
    to_do_.push_front(piece);
}

void ledger::step_done(size_t index, size_t step) {
  if (steps_[index][step])
    ++summary_.repeated_steps;
  steps_[index][step] = true;
}

void ledger::survey_done(size_t index, uint64_t primes) {
  if (surveyed_[index])
    return;
  surveyed_[index] = true;
  summary_.answer += primes;
}

void ledger::book(const troupe::supervision_event& x) {
  using kind = troupe::supervision_event::kind;
  switch (x.what) {
    case kind::restarting:
      ++summary_.restarts;
      break;
    case kind::exhausted:
      ++summary_.escalations;
      break;
    case kind::quarantined:
      ++summary_.quarantined;
      break;
    case kind::disowned:
      ++summary_.disowned;
      break;
    default:
      break;
  }
}

size_t ledger::steps() const {
  return steps_.empty() ? 0 : steps_.size() * steps_.front().size();
}

size_t ledger::steps_done() const {
  size_t result = 0;
  for (auto& x : steps_)
    result += static_cast<size_t>(std::count(x.begin(), x.end(), true));
  return result;
}

bool ledger::complete() const {
  return pieces_done_ == pieces_.size()
         && std::count(surveyed_.begin(), surveyed_.end(), false) == 0;
}

summary ledger::result() const {
  auto result = summary_;
  result.lost = pieces_.size() - pieces_done_
                + static_cast<size_t>(
                    std::count(surveyed_.begin(), surveyed_.end(), false));
  return result;
}

} // namespace demo
