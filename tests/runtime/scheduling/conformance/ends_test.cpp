// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <string>

#include <gtest/gtest.h>

#include "caf/all.hpp"

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::patience;
using troupe::test::seen_everywhere;
using troupe::test::world;

namespace {

behavior idle(event_based_actor*) {
  return {[](int x) { return x; }};
}

} // namespace

TEST(ConformanceEnds, OfAFunctionWithoutBehaviorAreNormal) {
  auto seen = seen_everywhere([](world& w) {
    auto uut =
        w.spawn([](event_based_actor* self, actor out) { self->send(out, 1); },
                w.out());
    w.log_numbers(1);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "1 | down normal");
}

TEST(ConformanceEnds, DuringTheStartAreEnds) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      self->quit(exit_reason::user_shutdown);
      return {[](int x) { return x; }};
    });
    w.log_down_of(uut);
    w.ask(uut, 1);
  });
  EXPECT_EQ(seen, "down user_shutdown | error request_receiver_down");
}

TEST(ConformanceEnds, BounceRequestsThatWait) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn_gated([](event_based_actor* self) {
      self->quit(exit_reason::user_shutdown);
      return behavior{};
    });
    w.system().spawn(
        [uut](event_based_actor* self, actor out) {
          self->request(uut, patience, 1)
              .then([=](int) { self->send(out, 1); },
                    [=](error& e) {
                      self->send(out, e == sec::request_receiver_down ? 2 : 3);
                    });
          self->send(out, 0);
        },
        w.out());
    w.log_numbers(1);
    w.open_gate();
    w.log_numbers(1);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "0 | 2 | down user_shutdown");
}

TEST(ConformanceEnds, AreRememberedForRequestsAndMonitors) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) {
      self->quit(exit_reason::out_of_workers);
    });
    w.log_down_of(uut);
    w.ask(uut, 1);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down out_of_workers | error request_receiver_down | "
                  "down out_of_workers");
}

TEST(ConformanceEnds, LeaveNoResponseToWaitFor) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn_gated(
        [](event_based_actor*) { return behavior{[](int x) { return x; }}; });
    auto uut = w.spawn(
        [server](event_based_actor* self, actor out) {
          self->request(server, patience, 1).then([=](int x) {
            self->send(out, x);
          });
          return behavior{[=](ok_atom) { self->quit(); }};
        },
        w.out());
    w.me()->send(uut, ok_atom_v);
    w.log_down_of(uut);
    w.open_gate();
    // What the ended actor would have sent would come before.
    w.ask(server, 7);
    w.end(server);
  });
  EXPECT_EQ(seen, "down normal | answer (7)");
}

TEST(ConformanceEnds, MayBeTrapped) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(
        [](event_based_actor* self, actor out) {
          self->set_exit_handler([=](exit_msg& msg) {
            self->send(out, static_cast<int>(msg.reason.code()));
          });
          return behavior{[](int) {}};
        },
        w.out());
    w.me()->send_exit(uut, exit_reason::user_shutdown);
    w.log_numbers(1);
    w.me()->send_exit(uut, exit_reason::kill);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, std::to_string(static_cast<int>(exit_reason::user_shutdown))
                      + " | down kill");
}

TEST(ConformanceEnds, AskedForNormallyAreRefused) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(idle);
    w.me()->send_exit(uut, exit_reason::normal);
    w.ask(uut, 1);
    w.me()->send_exit(uut, exit_reason::user_shutdown);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "answer (1) | down user_shutdown");
}

TEST(ConformanceEnds, CallAttachedFunctions) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(
        [](event_based_actor* self, actor out) {
          self->attach_functor([=](const error& reason) {
            anon_send(out, static_cast<int>(reason.code()));
          });
          return behavior{
              [=](ok_atom) { self->quit(exit_reason::out_of_workers); }};
        },
        w.out());
    w.me()->send(uut, ok_atom_v);
    w.log_numbers(1);
  });
  EXPECT_EQ(seen,
            std::to_string(static_cast<int>(exit_reason::out_of_workers)));
}

TEST(ConformanceEnds, ComeWithAnErrorMessageWithoutHandler) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(idle);
    w.me()->send(uut, make_error(sec::bad_function_call));
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down bad_function_call");
}

TEST(ConformanceEnds, DoNotComeWithAnErrorMessageThatIsHandled) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(
        [](event_based_actor* self, actor out) {
          self->set_error_handler([=](error& e) {
            self->send(out, e == sec::bad_function_call ? 1 : 2);
          });
          return behavior{[](int x) { return x; }};
        },
        w.out());
    w.me()->send(uut, make_error(sec::bad_function_call));
    w.log_numbers(1);
    w.ask(uut, 3);
  });
  EXPECT_EQ(seen, "1 | answer (3)");
}

TEST(ConformanceEnds, ComeWhenNobodyHasAHandleAnyMore) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(idle);
    w.me()->monitor(uut);
    w.ask(uut, 1);
    uut = nullptr;
    w.log_next_down();
  });
  EXPECT_EQ(seen, "answer (1) | down unreachable");
}
