// SPDX-License-Identifier: Apache-2.0

#include "process/crew.hpp"

#include <algorithm>
#include <utility>

#include "base/quantity.hpp"
#include "troupe/base/backoff.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// Between the use of a ready worker and the start of the next one.
constexpr auto refill_pause = std::chrono::milliseconds{100};

/// Pauses while workers die before they are of use.
constexpr backoff failure_pauses{.first = std::chrono::milliseconds{200},
                                 .cap = std::chrono::seconds{30}};

} // namespace

crew::crew(size_t ready, caf::timespan join_timeout)
    : wanted_(ready), join_timeout_(join_timeout) {
  // nop
}

std::optional<crew_action> crew::next() {
  if (actions_.empty())
    return std::nullopt;
  auto result = std::move(actions_.front());
  actions_.pop_front();
  return result;
}

std::optional<crew::time_point> crew::next_deadline() const {
  auto result = refill_due_;
  for (auto& [key, x] : workers_)
    if (x.is == state::starting && !x.overdue)
      result = result ? std::min(*result, x.due) : x.due;
  return result;
}

void crew::begin(time_point now) {
  refill(now);
}

void crew::claim(uint64_t id, std::optional<std::string> program,
                 time_point now) {
  if (program) {
    auto key = start(std::move(program), now);
    workers_.at(key).claim = id;
    return;
  }
  for (auto& [key, x] : workers_) {
    if (x.is != state::ready)
      continue;
    give(id, key);
    plan_refill(now);
    return;
  }
  waiting_.push_back(id);
  if (count(state::starting) < waiting_.size())
    start({}, now);
}

void crew::withdraw(uint64_t claim, time_point now) {
  std::erase(waiting_, claim);
  for (auto& [key, x] : workers_)
    if (x.claim == claim && x.is == state::starting) {
      x.overdue = true;
      x.claim = 0;
      actions_.emplace_back(kill_worker_process{key});
    }
  plan_refill(now);
}

void crew::joined(uint64_t key, time_point now) {
  auto i = workers_.find(key);
  if (i == workers_.end() || i->second.is != state::starting
      || i->second.overdue)
    return;
  auto& x = i->second;
  failures_ = 0;
  if (x.program) {
    give(x.claim, key);
  } else if (!waiting_.empty()) {
    give(waiting_.front(), key);
    waiting_.pop_front();
  } else if (count(state::ready) >= wanted_) {
    // Whom it was started for is gone.
    x.overdue = true;
    actions_.emplace_back(kill_worker_process{key});
  } else {
    x.is = state::ready;
  }
  plan_refill(now);
}

void crew::ended(uint64_t key, const caf::error& why, time_point now) {
  auto i = workers_.find(key);
  if (i == workers_.end())
    return;
  auto x = std::move(i->second);
  workers_.erase(i);
  if (x.is == state::given)
    return;
  ++failures_;
  auto reason = x.overdue ? make_error(errc::worker_not_joined,
                                       "the worker process did not join within "
                                           + format_duration(join_timeout_))
                          : why;
  if (x.program) {
    if (x.claim != 0)
      actions_.emplace_back(refuse_claim{x.claim, reason});
  } else if (count(state::starting) < waiting_.size()) {
    actions_.emplace_back(refuse_claim{waiting_.front(), reason});
    waiting_.pop_front();
  }
  plan_refill(now);
}

void crew::tick(time_point now) {
  for (auto& [key, x] : workers_)
    if (x.is == state::starting && !x.overdue && x.due <= now) {
      x.overdue = true;
      actions_.emplace_back(kill_worker_process{key});
    }
  if (refill_due_ && *refill_due_ <= now)
    refill(now);
}

uint64_t crew::start(std::optional<std::string> program, time_point now) {
  auto key = ++last_worker_;
  workers_.emplace(key, worker{.program = program, .due = now + join_timeout_});
  actions_.emplace_back(start_worker_process{key, std::move(program)});
  return key;
}

void crew::give(uint64_t claim, uint64_t key) {
  workers_.at(key).is = state::given;
  actions_.emplace_back(give_worker_process{claim, key});
}

void crew::plan_refill(time_point now) {
  auto there = count(state::ready) + count(state::starting);
  if (there >= wanted_ + waiting_.size()) {
    refill_due_.reset();
    return;
  }
  auto pause = failures_ > 0 ? backoff_delay(failure_pauses, failures_ - 1, 1)
                             : caf::timespan{refill_pause};
  refill_due_ = now + pause;
}

void crew::refill(time_point now) {
  refill_due_.reset();
  while (count(state::ready) + count(state::starting)
         < wanted_ + waiting_.size())
    start({}, now);
}

size_t crew::count(state is) const {
  return static_cast<size_t>(
      std::count_if(workers_.begin(), workers_.end(), [is](auto& kvp) {
        auto& x = kvp.second;
        return x.is == is && !x.program && !x.overdue;
      }));
}

} // namespace troupe
