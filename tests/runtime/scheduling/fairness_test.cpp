// SPDX-License-Identifier: Apache-2.0

// Nobody waits for ever, and equals get about the same.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/after.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "support/actor_kind.hpp"
#include "support/eventually.hpp"
#include "troupe/scheduling/scheduler.hpp"

namespace {

using namespace std::chrono_literals;

using troupe::test::actor_kind;
using troupe::test::eventually;

struct config : caf::actor_system_config {
  explicit config(size_t workers, caf::timespan time_per_turn = 2ms) {
    load<troupe::scheduler>();
    troupe::write_scheduler_options(
        *this, {.workers = workers, .time_per_turn = time_per_turn});
  }
};

/// Declared before the system, whose actors count until it has gone.
using count = std::atomic<uint64_t>;

/// Sends itself a message for ever.
caf::behavior talker(caf::event_based_actor* self, count* turns) {
  self->send(self, 1);
  return {[=](int x) {
    ++*turns;
    self->send(self, x);
  }};
}

/// One of a pair that throws a message to and fro for ever.
caf::behavior player(caf::event_based_actor* self, count* turns) {
  return {[=](caf::actor peer) {
    ++*turns;
    self->send(peer, caf::actor_cast<caf::actor>(self));
  }};
}

caf::behavior echo(caf::event_based_actor*) {
  return {[](int x) { return x; }};
}

class Fairness : public testing::TestWithParam<actor_kind> {
public:
  template <class F, class... Ts>
  caf::actor start(caf::actor_system& sys, F f, Ts... xs) {
    auto result = troupe::test::starter_of{GetParam()}.start(sys, f, xs...);
    started_.push_back(result);
    return result;
  }

  /// Ends all that `start` has started.
  void end() {
    for (auto& x : started_)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    started_.clear();
  }

private:
  std::vector<caf::actor> started_;
};

TEST_P(Fairness, EqualActorsOfOneWorkerGetEqualShares) {
  constexpr size_t n = 8;
  constexpr uint64_t goal = 100'000;
  // The only worker changes all of this, so the first one at the goal sees
  // where all others are.
  std::vector<uint64_t> turns(n);
  std::promise<std::vector<uint64_t>> at_the_goal;
  auto result = at_the_goal.get_future();
  auto over = false;
  // Turns end by the number of messages, never because the system took the
  // core away for a while.
  config cfg{1, 1s};
  caf::actor_system sys{cfg};
  std::vector<caf::actor> racers;
  for (auto& x : turns)
    racers.push_back(start(sys, [&](caf::event_based_actor* self) {
      return caf::behavior{[&, self](int y) {
        if (over)
          return;
        if (++x == goal) {
          over = true;
          at_the_goal.set_value(turns);
        }
        self->send(self, y);
      }};
    }));
  // All start in one turn of this one.
  start(sys, [racers](caf::event_based_actor* self) {
    for (auto& x : racers)
      self->send(x, 1);
  });
  ASSERT_EQ(result.wait_for(20s), std::future_status::ready);
  auto seen = result.get();
  EXPECT_GT(2 * *std::min_element(seen.begin(), seen.end()), goal)
      << testing::PrintToString(seen);
  end();
}

TEST_P(Fairness, PairThatTalksDirectlyDoesNotStarveOthers) {
  count direct = 0;
  count other = 0;
  config cfg{1};
  caf::actor_system sys{cfg};
  auto ping = start(sys, player, &direct);
  auto pong = start(sys, player, &direct);
  caf::anon_send(ping, pong);
  start(sys, talker, &other);
  EXPECT_TRUE(eventually(20s, [&] { return other > 1'000 && direct > 1'000; }));
  end();
}

TEST_P(Fairness, ActorWithAFullMailboxDoesNotStarveOthers) {
  constexpr uint64_t flood = 300'000;
  count handled = 0;
  std::promise<void> entered;
  std::promise<void> leave;
  config cfg{1};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  // Holds the only worker until all messages are there.
  auto flooded = start(sys, [&](caf::event_based_actor*) {
    return caf::behavior{[&](caf::ok_atom) {
                           entered.set_value();
                           leave.get_future().wait();
                         },
                         [&](int) { ++handled; }};
  });
  auto small = start(sys, [&](caf::event_based_actor*) {
    return caf::behavior{[&](int) { return handled.load(); }};
  });
  self->send(flooded, caf::ok_atom_v);
  entered.get_future().wait();
  for (uint64_t i = 0; i < flood; ++i)
    self->send(flooded, 1);
  self->send(small, 1);
  leave.set_value();
  auto before = flood;
  self->receive([&](uint64_t x) { before = x; }, caf::after(20s) >> [] {});
  EXPECT_LT(before, flood);
  end();
}

TEST_P(Fairness, WorkFromOutsideRunsOnBusyWorkers) {
  std::vector<count> turns(16);
  config cfg{2};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  for (auto& x : turns)
    start(sys, talker, &x);
  EXPECT_TRUE(eventually(20s, [&] { return turns.back() > 100; }));
  for (int i = 0; i < 50; ++i) {
    auto x = start(sys, echo);
    self->request(x, 20s, i).receive([i](int y) { EXPECT_EQ(y, i); },
                                     [](caf::error&) { FAIL(); });
  }
  end();
}

TEST_P(Fairness, TimersFireOnBusyWorkers) {
  std::vector<count> turns(8);
  config cfg{1};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  for (auto& x : turns)
    start(sys, talker, &x);
  caf::actor out{self};
  start(sys, [out](caf::event_based_actor* me) {
    auto left = std::make_shared<int>(20);
    return caf::behavior{[](int) {}, caf::after(1ms) >>
                                         [=] {
                                           if (--*left == 0)
                                             me->send(out, caf::ok_atom_v);
                                         }};
  });
  auto fired = false;
  self->receive([&](caf::ok_atom) { fired = true; }, caf::after(20s) >> [] {});
  EXPECT_TRUE(fired);
  end();
}

TEST_P(Fairness, ExitReachesAnActorThatTalksToItself) {
  count turns = 0;
  config cfg{1};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto x = start(sys, talker, &turns);
  EXPECT_TRUE(eventually(20s, [&] { return turns > 100; }));
  self->monitor(x);
  end();
  auto gone = false;
  self->receive([&](caf::down_msg&) { gone = true; }, caf::after(20s) >> [] {});
  EXPECT_TRUE(gone);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Fairness,
                         testing::Values(actor_kind::stock, actor_kind::cell),
                         [](auto& x) {
                           return x.param == actor_kind::cell ? "Cells"
                                                              : "StockActors";
                         });

} // namespace
