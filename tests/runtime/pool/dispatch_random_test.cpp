// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <unordered_set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "pool/dispatch.hpp"
#include "troupe/base/errc.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

/// A world in which workers start, answer, err and die at random; it checks
/// each decision against the promises of the pool.
class random_world {
public:
  random_world(uint32_t seed, const dispatch_limits& limits)
      : limits_(limits), pool_(limits), random_(seed) {
    // nop
  }

  void run(size_t steps) {
    for (size_t i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      now_ += std::chrono::microseconds{below(2000)};
      step();
      carry_out();
      check();
    }
  }

  /// Lets everything come to an end; then each task must have been answered.
  void finish() {
    stopping_ = true;
    pool_.stop();
    carry_out();
    for (auto who : std::exchange(starting_, {}))
      EXPECT_TRUE(pool_.started(who, now_));
    carry_out();
    while (!alive_.empty()) {
      auto [slot, w] = *alive_.begin();
      alive_.erase(slot);
      pool_.down({slot, w.generation}, {}, now_, 0.5);
      carry_out();
    }
    EXPECT_EQ(all_stopped_, 1u);
    EXPECT_TRUE(open_.empty()) << open_.size() << " tasks were never answered";
    EXPECT_TRUE(lingering_.empty()) << "numbers of tasks were never freed";
    auto x = pool_.stats();
    EXPECT_EQ(x.accepted, x.completed + x.failed);
    EXPECT_EQ(x.accepted + x.refused, next_task_);
    EXPECT_EQ(x.workers, 0u);
  }

  const pool_stats stats() const {
    return pool_.stats();
  }

private:
  struct worker {
    uint64_t generation;
    std::vector<task_key> holds;
    bool doubted = false;
  };

  size_t below(size_t n) {
    return std::uniform_int_distribution<size_t>{0, n - 1}(random_);
  }

  double fraction() {
    return std::uniform_real_distribution<double>{}(random_);
  }

  template <class Container>
  auto any_of(Container& xs) {
    return std::next(xs.begin(), static_cast<std::ptrdiff_t>(below(xs.size())));
  }

  void step() {
    switch (below(22)) {
      case 16:
        if (below(4) == 0)
          cancel();
        return;
      case 17:
        expire();
        if (std::exchange(wanted_workers_, 0) > 0)
          pool_.add_slot("");
        pool_.fit(now_);
        return;
      case 19:
        pool_.hedge(now_);
        return;
      case 18:
        remind();
        return;
      case 0:
        if (alive_.size() + starting_.size() < 5)
          pool_.add_slot(below(2) == 0 ? "b" : "", below(2) == 0);
        return;
      case 1:
        if (next_task_ > 100 && below(8) == 0)
          (void)pool_.withdraw(below(20));
        return;
      case 2:
      case 3:
        end_start();
        return;
      case 4:
        wake();
        return;
      case 5:
        die();
        return;
      case 6:
        answer_with_doubt();
        return;
      case 7:
        prove_alive();
        return;
      case 8:
      case 9:
      case 10:
      case 11:
        submit();
        return;
      default:
        answer();
    }
  }

  void submit() {
    open_.insert(next_task_);
    task_traits traits{.priority = static_cast<task_priority>(1 + below(3))};
    if (below(4) == 0)
      traits.max_attempts = static_cast<uint32_t>(1 + below(3));
    if (below(2) == 0)
      traits.hash = below(10);
    if (below(8) == 0)
      traits.deadline = now_ + std::chrono::microseconds{below(40'000)};
    if (!alive_.empty() && below(10) == 0) {
      pinned_.insert(next_task_);
      pool_.submit_to(any_of(alive_)->first, next_task_++, traits, now_);
    } else {
      pool_.submit(next_task_++, traits, now_);
    }
  }

  void cancel() {
    std::unordered_set<task_key> some;
    for (auto x : open_)
      if (below(8) == 0)
        some.insert(x);
    EXPECT_EQ(pool_.cancel(some, now_), some.size());
  }

  void expire() {
    pool_.expire(now_);
    if (auto next = pool_.next_deadline()) {
      EXPECT_GT(*next, now_);
    }
  }

  void remind() {
    if (reminders_.empty())
      return;
    auto i = any_of(reminders_);
    auto who = *i;
    reminders_.erase(i);
    pool_.interrupt_due(who, now_);
  }

  void end_start() {
    if (starting_.empty())
      return;
    auto i = any_of(starting_);
    auto who = *i;
    starting_.erase(i);
    if (below(4) == 0)
      pool_.start_failed(who, any_reason(), now_, fraction());
    else if (pool_.started(who, now_))
      alive_.emplace(who.slot, worker{who.generation, {}});
  }

  void wake() {
    if (delayed_.empty())
      return;
    auto i = any_of(delayed_);
    auto who = *i;
    delayed_.erase(i);
    pool_.wake(who);
  }

  void die() {
    if (alive_.empty() || below(3) != 0)
      return;
    auto i = any_of(alive_);
    incarnation who{i->first, i->second.generation};
    alive_.erase(i);
    pool_.down(who, any_reason(), now_, fraction());
  }

  caf::error any_reason() {
    return below(10) == 0 ? make_error(errc::link_lost)
                          : make_error(errc::unhandled_exception, "boom");
  }

  std::optional<std::pair<size_t, task_key>> take_held() {
    if (alive_.empty())
      return std::nullopt;
    auto i = any_of(alive_);
    auto& holds = i->second.holds;
    if (holds.empty())
      return std::nullopt;
    auto j = below(4) == 0 ? any_of(holds) : holds.begin();
    auto task = *j;
    holds.erase(j);
    return std::pair{i->first, task};
  }

  void answer() {
    auto x = take_held();
    if (!x)
      return;
    auto wanted = !pool_.lingers(x->second);
    if (below(8) == 0) {
      if (pool_.gave_up(x->first, x->second, now_)) {
        EXPECT_TRUE(wanted);
        close(x->second);
      }
      return;
    }
    EXPECT_EQ(pool_.replied(x->first, x->second, now_), wanted);
    if (wanted)
      close(x->second);
  }

  void answer_with_doubt() {
    if (auto x = take_held()) {
      auto why = below(2) == 0 ? doubt::broken : doubt::untouched;
      EXPECT_TRUE(pool_.doubted(x->first, x->second, why, now_));
    }
  }

  void prove_alive() {
    if (alive_.empty())
      return;
    auto i = any_of(alive_);
    if (std::exchange(i->second.doubted, false))
      pool_.proved_alive({i->first, i->second.generation}, now_);
  }

  void close(task_key x) {
    EXPECT_EQ(open_.erase(x), 1u) << "task " << x << " was answered twice";
  }

  void carry_out() {
    while (auto action = pool_.next())
      std::visit([this](auto& x) { carry_out(x); }, *action);
  }

  void carry_out(const assign_task& x) {
    auto i = alive_.find(x.slot);
    ASSERT_NE(i, alive_.end()) << "assigned to a slot without worker";
    // What is for one worker alone and was given up goes back to it.
    EXPECT_TRUE(!i->second.doubted || pinned_.count(x.task) > 0)
        << "assigned to a suspect";
    EXPECT_EQ(open_.count(x.task), 1u) << "an answered task was assigned";
    i->second.holds.push_back(x.task);
    // Tasks for one worker alone come on top.
    EXPECT_LE(i->second.holds.size(), 2 * limits_.credit.max_credit);
  }

  void carry_out(const release_reply& x) {
    close(x.task);
  }

  void carry_out(const fail_task& x) {
    close(x.task);
  }

  void carry_out(const abandon_task& x) {
    close(x.task);
    EXPECT_TRUE(lingering_.insert(x.task).second) << "abandoned twice";
    EXPECT_TRUE(pool_.lingers(x.task));
  }

  void carry_out(const drop_task& x) {
    lingering_.erase(x.task);
    EXPECT_EQ(open_.count(x.task), 0u) << "dropped before it was answered";
    EXPECT_FALSE(pool_.lingers(x.task));
    // When the pool stops, it is the next that workers are told.
    for (auto& [slot, w] : stopping_ ? decltype(alive_){} : alive_)
      EXPECT_EQ(std::count(w.holds.begin(), w.holds.end(), x.task), 0)
          << "dropped while worker " << slot << " has task " << x.task;
  }

  void carry_out(const interrupt_worker& x) {
    if (x.again)
      reminders_.push_back(x.who);
  }

  void carry_out(const replace_worker& x) {
    replaced_.insert({x.who.slot, x.who.generation});
  }

  void carry_out(const delay_start& x) {
    EXPECT_GT(x.delay, 0s);
    EXPECT_LE(x.delay, limits_.restart_bounds.cap);
    delayed_.push_back(x.who);
  }

  void carry_out(const start_worker& x) {
    EXPECT_EQ(alive_.count(x.who.slot), 0u) << "two workers in one slot";
    starting_.push_back(x.who);
  }

  void carry_out(const probe_worker& x) {
    alive_.at(x.who.slot).doubted = true;
  }

  void carry_out(const measure_worker& x) {
    if (below(3) > 0)
      pool_.measured(x.who, below(102), now_);
    else
      pool_.measured(x.who, std::nullopt, now_);
  }

  void carry_out(const stop_worker& x) {
    auto i = alive_.find(x.who.slot);
    if (i != alive_.end())
      i->second.holds.clear();
    else
      alive_.emplace(x.who.slot, worker{x.who.generation, {}});
  }

  void carry_out(const kill_worker&) {
    // Never asked for: no stop expires here.
    ADD_FAILURE();
  }

  void carry_out(const remove_slot& x) {
    EXPECT_TRUE(removed_.insert(x.slot).second) << "removed twice";
  }

  void carry_out(const report_event&) {
    // nop
  }

  void carry_out(const add_worker&) {
    ++wanted_workers_;
  }

  void carry_out(const all_stopped&) {
    ++all_stopped_;
  }

  void check() {
    auto x = pool_.stats();
    EXPECT_EQ(x.accepted, x.queued + x.outstanding + x.completed + x.failed);
    EXPECT_EQ(open_.size(), x.queued + x.outstanding);
    EXPECT_LE(x.queued, limits_.max_queued + max_returned());
    EXPECT_EQ(pool_.idle(), open_.empty());
  }

  // Tasks that came back go on top of a queue that may be full already.
  size_t max_returned() const {
    return 20 * (limits_.credit.max_credit + 20);
  }

  dispatch_limits limits_;
  dispatch pool_;
  std::mt19937 random_;
  dispatch::time_point now_{1h};
  task_key next_task_ = 0;
  std::set<task_key> open_;
  std::set<task_key> pinned_;
  std::map<size_t, worker> alive_;
  std::vector<incarnation> starting_;
  std::vector<incarnation> delayed_;
  std::set<size_t> removed_;
  std::set<task_key> lingering_;
  size_t wanted_workers_ = 0;
  bool stopping_ = false;
  std::vector<incarnation> reminders_;
  std::set<std::pair<size_t, uint64_t>> replaced_;
  size_t all_stopped_ = 0;
};

uint32_t seed() {
  if (auto text = std::getenv("TROUPE_TEST_SEED"))
    return static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
  return std::random_device{}();
}

class DispatchAtRandom : public testing::TestWithParam<routing> {};

TEST_P(DispatchAtRandom, KeepsItsPromises) {
  auto first = seed();
  for (uint32_t i = 0; i < 40 && !HasFailure(); ++i) {
    SCOPED_TRACE("TROUPE_TEST_SEED=" + std::to_string(first + i));
    random_world world{
        first + i,
        {.policy = GetParam(),
         .max_queued = 10,
         .credit = {.max_credit = 4, .horizon = 5ms},
         .max_attempts = 2,
         .intensity = {.restarts = 3, .period = 100ms},
         .restart_bounds = {.first = 5ms, .cap = 20ms},
         .quarantines = true,
         .max_tasks = 50,
         .max_resident_bytes = 100,
         .hedge = hedging{.after = 10ms},
         .elastic = elastic_size{
             .least = 1, .most = 4, .max_wait = 20ms, .max_idle = 50ms}}};
    world.run(3000);
    world.finish();
    // The world must not be so harsh or so kind that nothing is tried.
    EXPECT_GT(world.stats().completed, 10u);
    EXPECT_GT(world.stats().retried, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, DispatchAtRandom,
                         testing::Values(routing::round_robin,
                                         routing::least_loaded,
                                         routing::consistent_hash,
                                         routing::random),
                         [](auto& test) { return to_string(test.param); });

} // namespace
} // namespace troupe
