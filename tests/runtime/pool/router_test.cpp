// SPDX-License-Identifier: Apache-2.0

#include "pool/router.hpp"

#include <map>
#include <optional>
#include <set>
#include <vector>

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace troupe {
namespace {

class Router : public testing::Test {
protected:
  /// Adds a slot whose worker takes `each` per task, or is new without.
  slot& add(std::optional<caf::timespan> each = std::nullopt) {
    auto& x = slots
                  .emplace(slots.size(), slot{.node = {},
                                              .budget = restart_budget{{}},
                                              .state = slot_state::up})
                  .first->second;
    if (each) {
      x.work.hand({1000}, now - *each);
      EXPECT_TRUE(x.work.finish(1000, now));
    }
    return x;
  }

  /// Gives out `n` tasks and returns where they went.
  std::vector<size_t> give_out(routing policy, size_t n) {
    router r{policy, {.max_credit = 64, .horizon = 1ms}};
    std::vector<size_t> result;
    for (size_t i = 0; i < n; ++i) {
      auto target = r.pick(slots, {static_cast<task_key>(i)}, now);
      if (target == slots.end())
        break;
      target->second.work.hand({static_cast<task_key>(i)}, now);
      result.push_back(target->first);
    }
    return result;
  }

  using order = std::vector<size_t>;

  slot_map slots;
  workload::time_point now{1h};
};

TEST_F(Router, WithoutSlotsPicksNone) {
  EXPECT_EQ(give_out(routing::round_robin, 1), order{});
  EXPECT_EQ(give_out(routing::least_loaded, 1), order{});
}

TEST_F(Router, RoundRobinTakesTurns) {
  for (int i = 0; i < 3; ++i)
    add(100us);
  EXPECT_EQ(give_out(routing::round_robin, 7), (order{0, 1, 2, 0, 1, 2, 0}));
}

TEST_F(Router, RoundRobinPassesOverThoseWithoutCredit) {
  add(100us);
  add(1s);
  add(100us);
  EXPECT_EQ(give_out(routing::round_robin, 6), (order{0, 1, 2, 0, 2, 0}));
}

TEST_F(Router, RoundRobinStopsWhenNobodyHasCredit) {
  add(1s);
  add(500us);
  EXPECT_EQ(give_out(routing::round_robin, 9), (order{0, 1, 1}));
}

TEST_F(Router, LeastLoadedEvensOutTheOutstandingTime) {
  add(100us);
  add(300us);
  EXPECT_EQ(give_out(routing::least_loaded, 6), (order{0, 1, 0, 0, 0, 1}));
}

TEST_F(Router, LeastLoadedAmongIdleOnesTakesTheFastest) {
  add(900us);
  add(100us);
  add(500us);
  EXPECT_EQ(give_out(routing::least_loaded, 3), (order{1, 2, 0}));
}

TEST_F(Router, LeastLoadedTriesANewWorkerBeforeOthers) {
  add(10us);
  add();
  EXPECT_EQ(give_out(routing::least_loaded, 3), (order{1, 0, 0}));
}

TEST_F(Router, OnlySlotsThatAreUpAndStayAreChosen) {
  for (auto policy : {routing::round_robin, routing::least_loaded}) {
    slots.clear();
    add().state = slot_state::starting;
    add().state = slot_state::waiting;
    add().state = slot_state::suspect;
    add().state = slot_state::stopping;
    add().duty = slot_duty::leaving;
    add();
    EXPECT_EQ(give_out(policy, 2), order{5}) << to_string(policy);
  }
}

TEST(Routing, EachPolicyHasItsOwnName) {
  EXPECT_EQ(to_string(routing::round_robin), "round_robin");
  EXPECT_EQ(to_string(routing::least_loaded), "least_loaded");
}

TEST_F(Router, RandomReachesEachSlotAndEqualSeedsChooseAlike) {
  for (int i = 0; i < 3; ++i)
    add(1us);
  std::set<size_t> seen;
  std::vector<order> runs;
  for (int run = 0; run < 2; ++run) {
    router r{routing::random, {.max_credit = 64, .horizon = 1s}, 7};
    runs.emplace_back();
    for (task_key i = 0; i < 100; ++i) {
      auto target = r.pick(slots, {i}, now)->first;
      runs.back().push_back(target);
      seen.insert(target);
    }
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_EQ(seen.size(), 3u);
}

class HashRouter : public Router {
protected:
  static constexpr uint64_t keys = 1000;

  size_t slot_of(uint64_t hash) {
    return r.pick(slots, {.key = 1, .hash = hash}, now)->first;
  }

  order slots_of_all() {
    order result;
    for (uint64_t i = 0; i < keys; ++i)
      result.push_back(slot_of(i));
    return result;
  }

  router r{routing::consistent_hash, {.max_credit = 2, .horizon = 1s}};
};

TEST_F(HashRouter, SpreadsKeysEvenly) {
  for (int i = 0; i < 4; ++i)
    add(1us);
  std::map<size_t, size_t> counts;
  for (auto x : slots_of_all())
    ++counts[x];
  ASSERT_EQ(counts.size(), 4u);
  for (auto& [slot, n] : counts)
    EXPECT_NEAR(static_cast<double>(n), 250.0, 60.0) << slot;
}

TEST_F(HashRouter, OnlyKeysOfASlotThatGoesAwayMove) {
  for (int i = 0; i < 4; ++i)
    add(1us);
  auto before = slots_of_all();
  slots.erase(2);
  auto after = slots_of_all();
  for (size_t i = 0; i < keys; ++i)
    if (before[i] != 2) {
      EXPECT_EQ(after[i], before[i]) << "key " << i;
    }
}

TEST_F(HashRouter, AKeyWhoseSlotHasNoCreditGoesToTheSameOtherOne) {
  for (int i = 0; i < 3; ++i)
    add(1us);
  auto first = slot_of(42);
  slots.at(first).work.hand({1}, now);
  EXPECT_EQ(slot_of(42), first);
  slots.at(first).work.hand({2}, now);
  auto second = slot_of(42);
  EXPECT_NE(second, first);
  EXPECT_EQ(slot_of(42), second);
  EXPECT_TRUE(slots.at(first).work.finish(1, now));
  EXPECT_EQ(slot_of(42), first);
}

TEST_F(HashRouter, TasksWithoutKeyGoToTheLeastLoaded) {
  add(100us).work.hand({1}, now);
  add(100us);
  EXPECT_EQ(r.pick(slots, {7}, now)->first, 1u);
}

} // namespace
} // namespace troupe
