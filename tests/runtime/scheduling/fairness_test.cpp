// SPDX-License-Identifier: Apache-2.0

// Nobody waits for ever, and equals get about the same.

#include <algorithm>
#include <atomic>
#include <chrono>
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
  explicit config(size_t workers) {
    load<troupe::scheduler>();
    troupe::write_scheduler_options(*this, {.workers = workers});
  }
};

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
  config cfg{1};
  caf::actor_system sys{cfg};
  std::vector<count> turns(n);
  for (auto& x : turns)
    start(sys, talker, &x);
  EXPECT_TRUE(eventually(20s, [&] {
    return std::all_of(turns.begin(), turns.end(),
                       [](auto& x) { return x > 20'000; });
  }));
  auto [least, most] =
      std::minmax_element(turns.begin(), turns.end(),
                          [](auto& x, auto& y) { return x.load() < y.load(); });
  EXPECT_GT(2 * least->load(), most->load());
  end();
}

TEST_P(Fairness, PairThatTalksDirectlyDoesNotStarveOthers) {
  config cfg{1};
  caf::actor_system sys{cfg};
  count direct = 0;
  count other = 0;
  auto ping = start(sys, player, &direct);
  auto pong = start(sys, player, &direct);
  caf::anon_send(ping, pong);
  start(sys, talker, &other);
  EXPECT_TRUE(eventually(20s, [&] { return other > 1'000 && direct > 1'000; }));
  end();
}

TEST_P(Fairness, ActorWithAFullMailboxDoesNotStarveOthers) {
  config cfg{1};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  count handled = 0;
  auto flooded = start(sys, [&](caf::event_based_actor*) {
    return caf::behavior{[&](int) { ++handled; }};
  });
  auto small = start(sys, echo);
  constexpr uint64_t flood = 300'000;
  for (uint64_t i = 0; i < flood; ++i)
    self->send(flooded, 1);
  self->request(small, 20s, 1).receive([](int) {}, [](caf::error&) { FAIL(); });
  // Far from all of the flood came before.
  EXPECT_LT(handled, flood);
  end();
}

TEST_P(Fairness, WorkFromOutsideRunsOnBusyWorkers) {
  config cfg{2};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  std::vector<count> turns(16);
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
  config cfg{1};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  std::vector<count> turns(8);
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
  config cfg{1};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  count turns = 0;
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
