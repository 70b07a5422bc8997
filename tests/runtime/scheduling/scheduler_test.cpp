// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/scheduler.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/after.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"
#include "support/eventually.hpp"

using namespace std::chrono_literals;

namespace {

using troupe::test::eventually;

using clock_type = std::chrono::steady_clock;

struct config : caf::actor_system_config {
  explicit config(troupe::scheduler_options opts = {}) {
    load<troupe::scheduler>();
    troupe::write_scheduler_options(*this, opts);
  }
};

caf::behavior echo() {
  return {[](int x) { return x; }};
}

void burn(clock_type::duration x) {
  auto end = clock_type::now() + x;
  while (clock_type::now() < end)
    ; // nop
}

TEST(Scheduler, ServesStockActorsOfAPlainConfig) {
  caf::actor_system_config cfg;
  cfg.load<troupe::scheduler>();
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto uut = sys.spawn(echo);
  self->request(uut, 10s, 42)
      .receive([](int x) { EXPECT_EQ(x, 42); },
               [&](caf::error& e) { FAIL() << sys.render(e); });
}

TEST(Scheduler, OptionsSurviveTheWayThroughTheConfiguration) {
  troupe::scheduler_options opts;
  opts.workers = 3;
  opts.placement = troupe::worker_placement::floating;
  opts.messages_per_turn = 7;
  opts.time_per_turn = 5ms;
  opts.direct_turns = 4;
  opts.injection_interval = 9;
  opts.spin = 2us;
  opts.watch_interval = 300us;
  config cfg{opts};
  auto read = troupe::read_scheduler_options(cfg);
  EXPECT_EQ(read.workers, 3u);
  EXPECT_EQ(read.placement, troupe::worker_placement::floating);
  EXPECT_EQ(read.messages_per_turn, 7u);
  EXPECT_EQ(read.time_per_turn, 5ms);
  EXPECT_EQ(read.direct_turns, 4u);
  EXPECT_EQ(read.injection_interval, 9u);
  EXPECT_EQ(read.spin, 2us);
  EXPECT_EQ(read.watch_interval, 300us);
}

TEST(Scheduler, HonoursTheWorkerCountOfCafsOwnOption) {
  caf::actor_system_config cfg;
  cfg.load<troupe::scheduler>();
  cfg.set("scheduler.max-threads", 3);
  caf::actor_system sys{cfg};
  EXPECT_EQ(sys.scheduler().num_workers(), 3u);
}

TEST(Scheduler, ReceiverOfABusySenderRunsOnTheIdleWorker) {
  config cfg{{.workers = 2}};
  caf::actor_system sys{cfg};
  std::promise<clock_type::time_point> received;
  auto receiver = sys.spawn([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](int) { received.set_value(clock_type::now()); }};
  });
  std::promise<clock_type::time_point> sent;
  std::promise<void> release;
  auto released = release.get_future().share();
  auto sender =
      sys.spawn([&, released](caf::event_based_actor* self) -> caf::behavior {
        return {[&, self, released](int) {
          sent.set_value(clock_type::now());
          self->send(receiver, 1);
          // Busy until the receiver has answered by other means.
          auto end = clock_type::now() + 10s;
          while (released.wait_for(0s) != std::future_status::ready
                 && clock_type::now() < end)
            ; // nop
        }};
      });
  caf::anon_send(sender, 1);
  auto future = received.get_future();
  EXPECT_EQ(future.wait_for(5s), std::future_status::ready);
  release.set_value();
}

TEST(Scheduler, ActorOutsideGetsItsTurnWhileOthersTalkForever) {
  config cfg{{.workers = 1}};
  caf::actor_system sys{cfg};
  auto talker = [](caf::event_based_actor* self) -> caf::behavior {
    return {[self](caf::actor peer, int x) {
      self->send(peer, caf::actor_cast<caf::actor>(self), x);
    }};
  };
  auto ping = sys.spawn(talker);
  auto pong = sys.spawn(talker);
  caf::anon_send(ping, pong, 1);
  caf::scoped_actor self{sys};
  auto uut = sys.spawn(echo);
  for (int i = 0; i < 10; ++i)
    self->request(uut, 10s, i)
        .receive([i](int x) { EXPECT_EQ(x, i); }, [](caf::error&) { FAIL(); });
  self->send_exit(ping, caf::exit_reason::kill);
  self->send_exit(pong, caf::exit_reason::kill);
}

TEST(Scheduler, LongHandlersOfOneActorDoNotHoldUpAnother) {
  config cfg{{.workers = 1, .time_per_turn = 1ms}};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  std::atomic<int> handled = 0;
  auto busy = sys.spawn([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](int) {
      burn(2ms);
      ++handled;
    }};
  });
  for (int i = 0; i < 400; ++i)
    self->send(busy, i);
  EXPECT_TRUE(eventually(10s, [&] { return handled > 260; }));
  auto uut = sys.spawn(echo);
  auto before = handled.load();
  self->request(uut, 10s, 1).receive([](int) {}, [](caf::error&) { FAIL(); });
  EXPECT_LT(handled - before, 20);
  self->send_exit(busy, caf::exit_reason::kill);
}

TEST(Scheduler, TimeoutsAndDelayedMessagesArrive) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto uut = sys.spawn(
      [](caf::event_based_actor* me, caf::actor dest) {
        return caf::behavior{caf::after(5ms) >> [=] {
          me->send(dest, 1);
          me->quit();
        }};
      },
      caf::actor{self});
  self->receive([](int x) { EXPECT_EQ(x, 1); },
                caf::after(10s) >> [] { FAIL(); });
  self->delayed_send(self, 5ms, 2);
  self->receive([](int x) { EXPECT_EQ(x, 2); },
                caf::after(10s) >> [] { FAIL(); });
  auto mute = sys.spawn([](caf::event_based_actor* me) -> caf::behavior {
    return {[me](int) { return me->make_response_promise(); }};
  });
  self->request(mute, 5ms, 3)
      .receive([](int) { FAIL(); },
               [](caf::error& e) { EXPECT_EQ(e, caf::sec::request_timeout); });
  self->send_exit(mute, caf::exit_reason::kill);
}

TEST(Scheduler, DetachedActorsKeepTheirOwnThread) {
  config cfg{{.workers = 1}};
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto id = [] {
    return caf::behavior{[](int) {
      return static_cast<uint64_t>(
          std::hash<std::thread::id>{}(std::this_thread::get_id()));
    }};
  };
  auto ask = [&](const caf::actor& x) {
    uint64_t result = 0;
    self->request(x, 10s, 0).receive([&](uint64_t y) { result = y; },
                                     [](caf::error&) { FAIL(); });
    return result;
  };
  auto a = sys.spawn<caf::detached>(id);
  auto b = sys.spawn(id);
  auto c = sys.spawn(id);
  EXPECT_NE(ask(a), ask(b));
  EXPECT_EQ(ask(b), ask(c));
}

TEST(Scheduler, AllWorkersSleepWhenTheSystemIsIdle) {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  auto uut = sys.spawn(echo);
  self->request(uut, 10s, 1).receive([](int) {}, [](caf::error&) { FAIL(); });
  auto& sched = dynamic_cast<troupe::scheduler&>(sys.scheduler());
  auto total = [&] {
    uint64_t result = 0;
    for (auto& x : sched.stats())
      result += x.parks;
    return result;
  };
  ASSERT_TRUE(eventually(10s, [&] {
    auto before = total();
    auto end = clock_type::now() + 20ms;
    while (clock_type::now() < end)
      std::this_thread::yield();
    return before >= sched.stats().size() && before == total();
  }));
}

TEST(Scheduler, StopEndsActorsThatStillWaitForTheirTurn) {
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> alive = 0;
    struct guard {
      explicit guard(std::atomic<int>& x) : count(x) {
        ++count;
      }
      guard(const guard& x) : count(x.count) {
        ++count;
      }
      ~guard() {
        --count;
      }
      std::atomic<int>& count;
    };
    {
      config cfg{{.workers = 2}};
      caf::actor_system sys{cfg};
      sys.await_actors_before_shutdown(false);
      auto forever = [&](caf::event_based_actor* self) -> caf::behavior {
        auto alive_here = std::make_shared<guard>(alive);
        return {[self, alive_here](caf::actor next, int x) {
          self->send(next, caf::actor_cast<caf::actor>(self), x);
        }};
      };
      for (int i = 0; i < 8; ++i) {
        auto a = sys.spawn(forever);
        auto b = sys.spawn(forever);
        caf::anon_send(a, b, i);
      }
    }
    ASSERT_EQ(alive, 0) << "round " << round;
  }
}

} // namespace
