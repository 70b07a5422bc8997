// SPDX-License-Identifier: Apache-2.0

#include "pool/router.hpp"

#include <optional>
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
      auto target = r.pick(slots, now);
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

} // namespace
} // namespace troupe
