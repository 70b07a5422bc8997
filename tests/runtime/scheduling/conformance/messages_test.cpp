// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/all.hpp"

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::seen_everywhere;
using troupe::test::world;

namespace {

/// Returns `first, first + 1, ...` as the observer logs them.
std::string numbers(int first, int n) {
  std::string result;
  for (int i = first; i < first + n; ++i)
    result += (i == first ? "" : " | ") + std::to_string(i);
  return result;
}

/// Passes numbers on to `out`.
behavior forwarder(event_based_actor* self, actor out) {
  return {[=](int x) { self->send(out, x); }};
}

} // namespace

TEST(ConformanceMessages, OfOneSenderKeepTheirOrder) {
  auto seen = seen_everywhere([](world& w) {
    auto sink = w.spawn(forwarder, w.out());
    w.spawn(
        [](event_based_actor* self, actor dest) {
          for (int i = 0; i < 500; ++i)
            self->send(dest, i);
        },
        sink);
    w.log_numbers(500);
  });
  EXPECT_EQ(seen, numbers(0, 500));
}

TEST(ConformanceMessages, OfEachOfSeveralSendersKeepTheirOrder) {
  auto seen = seen_everywhere([](world& w) {
    constexpr int senders = 3;
    constexpr int each = 300;
    auto sink = w.spawn(forwarder, w.out());
    for (int i = 0; i < senders; ++i)
      w.spawn(
          [i](event_based_actor* self, actor dest) {
            for (int j = 0; j < each; ++j)
              self->send(dest, i * 1000 + j);
          },
          sink);
    // How the senders mix is up to chance.
    std::vector<int> next(senders, 0);
    for (int i = 0; i < senders * each; ++i)
      w.me()->receive(
          [&](int x) {
            if (next[static_cast<size_t>(x / 1000)]++ != x % 1000)
              w.log("out of order: " + std::to_string(x));
          },
          after(troupe::test::patience) >> [&] { w.log("missing"); });
    w.log("done");
  });
  EXPECT_EQ(seen, "done");
}

TEST(ConformanceMessages, OverManyTurnsKeepTheirOrder) {
  auto seen = seen_everywhere([](world& w) {
    auto sink = w.spawn_gated([out = w.out()](event_based_actor* self) {
      return forwarder(self, out);
    });
    for (int i = 0; i < 2000; ++i)
      w.me()->send(sink, i);
    w.open_gate();
    w.log_numbers(2000);
    w.end(sink);
  });
  EXPECT_EQ(seen, numbers(0, 2000));
}

TEST(ConformanceMessages, UrgentOnesComeFirst) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn_gated([out = w.out()](event_based_actor* self) {
      return forwarder(self, out);
    });
    w.me()->send(uut, 3);
    w.me()->send(uut, 4);
    w.me()->send<message_priority::high>(uut, 1);
    w.me()->send<message_priority::high>(uut, 2);
    w.open_gate();
    w.log_numbers(4);
    w.end(uut);
  });
  EXPECT_EQ(seen, "1 | 2 | 3 | 4");
}

TEST(ConformanceMessages, UrgentRequestsComeFirstAndAreAnswered) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn_gated([](event_based_actor*) -> behavior {
      auto count = std::make_shared<int>(0);
      return {[=](int x) { return x * 10 + ++*count; }};
    });
    auto ask = [&](auto self) {
      auto dest = w.out();
      self->template request<message_priority::normal>(uut, infinite, 2)
          .then([=](int x) { self->send(dest, x); });
      self->template request<message_priority::high>(uut, infinite, 1)
          .then([=](int x) { self->send(dest, x); });
      self->send(dest, 0);
    };
    w.spawn([&](event_based_actor* self) { ask(self); });
    w.log_numbers(1);
    w.open_gate();
    w.log_numbers(2);
    w.end(uut);
  });
  EXPECT_EQ(seen, "0 | 11 | 22");
}

TEST(ConformanceMessages, ResultOfAPlainOneGoesToTheSender) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor*) -> behavior {
      return {[](double) { return 7; }, [](int) {}};
    });
    w.me()->send(uut, 1);
    w.me()->send(uut, 1.0);
    w.log_numbers(1);
  });
  EXPECT_EQ(seen, "7");
}

TEST(ConformanceMessages, CarryTheirSender) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(
        [](event_based_actor* self, actor out) {
          return behavior{[=](int) {
            auto& sender = self->current_sender();
            self->send(out, sender == nullptr ? 0 : sender == out ? 1 : 2);
          }};
        },
        w.out());
    w.me()->send(uut, 1);
    w.log_numbers(1);
    anon_send(uut, 1);
    w.log_numbers(1);
    w.spawn([uut](event_based_actor* self) { self->send(uut, 1); });
    w.log_numbers(1);
  });
  EXPECT_EQ(seen, "1 | 0 | 2");
}

TEST(ConformanceMessages, OfAnyTypeMayBeMatched) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor*) -> behavior {
      return {
          [](std::vector<int>& xs) {
            xs.push_back(4);
            return std::accumulate(xs.begin(), xs.end(), 0);
          },
          [](const std::string& x, double y) { return x + deep_to_string(y); }};
    });
    // A handler that writes to it has a copy of its own.
    auto shared = make_message(std::vector<int>{1, 2, 3});
    w.ask(uut, shared);
    w.ask(uut, shared);
    w.ask(uut, "a", 1.5);
    w.log(to_string(shared));
  });
  EXPECT_EQ(seen, "answer (10) | answer (10) | answer (\"a1.500000\") | "
                  "([1, 2, 3])");
}

TEST(ConformanceMessages, DelayedOnesArriveInOrderOfTime) {
  auto seen = seen_everywhere([](world& w) {
    w.spawn(
        [](event_based_actor* self, actor out) {
          self->delayed_send(self, 60ms, 3);
          self->delayed_send(self, 10ms, 1);
          self->delayed_send(self, 30ms, 2);
          return behavior{[=](int x) {
            self->send(out, x);
            if (x == 3)
              self->quit();
          }};
        },
        w.out());
    w.log_numbers(3);
  });
  EXPECT_EQ(seen, "1 | 2 | 3");
}

TEST(ConformanceMessages, ToAGroupReachItsMembers) {
  auto seen = seen_everywhere([](world& w) {
    auto grp = w.system().groups().get_local("conformance");
    auto member = [grp](event_based_actor* self, actor out) {
      self->join(grp);
      self->send(out, 0);
      return behavior{[=](int x) {
        self->send(out, x);
        self->leave(grp);
        self->send(out, x);
        self->quit();
      }};
    };
    w.spawn(member, w.out());
    w.spawn(member, w.out());
    w.log_numbers(2);
    w.me()->send(grp, 8);
    w.log_numbers(4);
  });
  EXPECT_EQ(seen, "0 | 0 | 8 | 8 | 8 | 8");
}

TEST(ConformanceMessages, ToAGroupThatWasLeftReachNobody) {
  auto seen = seen_everywhere([](world& w) {
    auto grp = w.system().groups().get_local("conformance");
    auto uut = w.spawn(
        [grp](event_based_actor* self, actor out) {
          self->join(grp);
          return behavior{[=](int x) { self->send(out, x); },
                          [=](ok_atom) {
                            self->leave(grp);
                            return 0;
                          }};
        },
        w.out());
    w.ask(uut, ok_atom_v);
    w.me()->send(grp, 8);
    w.me()->send(uut, 9);
    w.log_numbers(1);
    w.end(uut);
  });
  EXPECT_EQ(seen, "answer (0) | 9");
}
