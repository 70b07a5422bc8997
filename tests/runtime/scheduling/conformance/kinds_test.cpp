// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "caf/all.hpp"

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::patience;
using troupe::test::seen_everywhere;
using troupe::test::world;

namespace {

struct counter_state {
  int total = 0;
  std::shared_ptr<int> witness;
};

/// A class without behavior of its own, for functions to run in.
class tool_box : public event_based_actor {
public:
  explicit tool_box(actor_config& cfg) : event_based_actor(cfg) {
    // nop
  }

  int twice(int x) {
    return ++calls_ * 100 + x * 2;
  }

private:
  int calls_ = 0;
};

/// A class with a behavior of its own.
class adder : public event_based_actor {
public:
  adder(actor_config& cfg, int start) : event_based_actor(cfg), sum_(start) {
    // nop
  }

  behavior make_behavior() override {
    return {[this](int x) { return sum_ += x; },
            [this](ok_atom) { quit(exit_reason::user_shutdown); }};
  }

  void on_exit() override {
    if (out)
      anon_send(out, sum_);
  }

  actor out;

private:
  int sum_;
};

using doubler = typed_actor<replies_to<int>::with<int>>;

} // namespace

TEST(ConformanceKinds, StateLivesUntilTheEnd) {
  auto seen = seen_everywhere([](world& w) {
    auto witness = std::make_shared<int>(0);
    auto uut = w.spawn(
        [](stateful_actor<counter_state>* self, std::shared_ptr<int> ptr,
           int start) -> behavior {
          self->state.total = start;
          self->state.witness = std::move(ptr);
          return {[=](int x) { return self->state.total += x; }};
        },
        witness, 100);
    w.ask(uut, 1);
    w.ask(uut, 2);
    w.me()->send_exit(uut, exit_reason::user_shutdown);
    w.log_down_of(uut);
    w.log(std::to_string(witness.use_count()));
  });
  EXPECT_EQ(seen, "answer (101) | answer (103) | down user_shutdown | 1");
}

TEST(ConformanceKinds, FunctionsRunWithoutPointerToTheActor) {
  auto seen = seen_everywhere([](world& w) {
    w.ask(w.spawn([]() -> behavior { return {[](int x) { return x + 1; }}; }),
          1);
  });
  EXPECT_EQ(seen, "answer (2)");
}

TEST(ConformanceKinds, FunctionsRunInAClassOfTheUser) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](tool_box* self) -> behavior {
      return {[=](int x) { return self->twice(x); }};
    });
    w.ask(uut, 4);
    w.ask(uut, 5);
  });
  EXPECT_EQ(seen, "answer (108) | answer (210)");
}

TEST(ConformanceKinds, ClassesRunOnAnyScheduler) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.system().spawn<adder>(10);
    actor_cast<adder*>(uut)->out = w.out();
    w.ask(uut, 1);
    w.ask(uut, 2);
    w.me()->send(uut, ok_atom_v);
    w.log_numbers(1);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "answer (11) | answer (13) | 13 | down user_shutdown");
}

TEST(ConformanceKinds, StaticallyTypedActorsAnswer) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](doubler::pointer) -> doubler::behavior_type {
      return {[](int x) { return x * 2; }};
    });
    w.ask(actor_cast<actor>(uut), 4);
    auto client = w.spawn(
        [uut](event_based_actor* self, actor out) {
          self->request(uut, patience, 5).then([=](int x) {
            self->send(out, x);
          });
        },
        w.out());
    w.log_numbers(1);
    w.log_down_of(client);
  });
  EXPECT_EQ(seen, "answer (8) | 10 | down normal");
}

TEST(ConformanceKinds, BlockingActorsReceiveAndAsk) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn([](event_based_actor*) -> behavior {
      return {[](int x) { return x * 3; }};
    });
    auto uut = w.spawn(
        [server](blocking_actor* self, actor out) {
          for (int i = 0; i < 3; ++i)
            self->receive([&](int x) {
              self->request(server, patience, x)
                  .receive([&](int y) { self->send(out, y); },
                           [&](error&) { self->send(out, -1); });
            });
        },
        w.out());
    for (int i = 1; i <= 3; ++i)
      w.me()->send(uut, i);
    w.log_numbers(3);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "3 | 6 | 9 | down normal");
}

TEST(ConformanceKinds, BlockingActorsPickMessagesOutOfOrder) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(
        [](blocking_actor* self, actor out) {
          self->receive([&](const std::string& x) {
            self->send(out, static_cast<int>(x.size()));
          });
          for (int i = 0; i < 2; ++i)
            self->receive([&](int x) { self->send(out, x); });
        },
        w.out());
    w.spawn([uut](event_based_actor* self) {
      self->send(uut, 7);
      self->send(uut, 8);
      self->send(uut, std::string{"four"});
    });
    w.log_numbers(3);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "4 | 7 | 8 | down normal");
}

TEST(ConformanceKinds, BlockingActorsWaitForOthers) {
  auto seen = seen_everywhere([](world& w) {
    auto a = w.spawn([](event_based_actor*) {});
    auto b = w.spawn([](event_based_actor* self) -> behavior {
      return {after(5ms) >> [=] { self->quit(); }};
    });
    w.me()->wait_for(a, b);
    w.log("done");
  });
  EXPECT_EQ(seen, "done");
}

TEST(ConformanceKinds, LazyActorsStartWithTheirFirstMessage) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn<lazy_init>(
        [](event_based_actor* self, actor out) {
          self->send(out, 2);
          return behavior{[=](int x) { self->send(out, x); }};
        },
        w.out());
    w.me()->send(w.me(), 1);
    w.log_numbers(1);
    w.me()->send(uut, 3);
    w.log_numbers(2);
  });
  EXPECT_EQ(seen, "1 | 2 | 3");
}

TEST(ConformanceKinds, DetachedActorsBehaveTheSame) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn<detached>([](event_based_actor* self) -> behavior {
      return {[=](int x) {
                if (x == 3)
                  self->quit(exit_reason::user_shutdown);
                return x;
              },
              after(patience) >> [] {}};
    });
    w.me()->monitor(uut);
    for (int i = 1; i <= 3; ++i)
      w.ask(uut, i);
    w.log_next_down();
  });
  EXPECT_EQ(seen, "answer (1) | answer (2) | answer (3) | down user_shutdown");
}

TEST(ConformanceKinds, DetachedActorsTimeOutSkipAndAsk) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn([](event_based_actor*) -> behavior {
      return {[](int x) { return x * 2; }};
    });
    auto uut = w.spawn<detached>(
        [server](event_based_actor* self, actor out) {
          self->set_default_handler(skip);
          return behavior{after(10ms) >> [=] {
            self->send(out, 0);
            self->become([=](int x) {
              self->request(server, patience, x).then([=](int y) {
                self->send(out, y);
                self->quit();
              });
            });
          }};
        },
        w.out());
    w.me()->send(uut, 21);
    w.log_numbers(2);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "0 | 42 | down normal");
}

TEST(ConformanceKinds, HiddenActorsDoNotHoldTheSystem) {
  auto seen = seen_everywhere([](world& w) {
    auto before = w.system().registry().running();
    auto uut = w.spawn<hidden>([](event_based_actor*) -> behavior {
      return {[](int x) { return x; }};
    });
    w.ask(uut, 1);
    w.log(w.system().registry().running() == before ? "same" : "more");
  });
  EXPECT_EQ(seen, "answer (1) | same");
}
