// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "caf/all.hpp"

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::patience;
using troupe::test::seen_everywhere;
using troupe::test::world;

TEST(ConformanceExceptions, AreErrorsForRequesterAndObserver) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor*) -> behavior {
      return {[](int) -> int { throw std::runtime_error("boom"); }};
    });
    w.me()->monitor(uut);
    w.ask(uut, 1);
    w.log_next_down();
  });
  EXPECT_EQ(seen, "error runtime_error | down runtime_error");
}

TEST(ConformanceExceptions, AreWhatTheHandlerMakesOfThem) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      self->set_exception_handler([](std::exception_ptr& x) -> error {
        try {
          std::rethrow_exception(x);
        } catch (const std::out_of_range&) {
          return sec::end_of_stream;
        } catch (...) {
          return sec::invalid_argument;
        }
      });
      return {[](int) -> int { throw std::out_of_range("boom"); }};
    });
    w.me()->monitor(uut);
    w.ask(uut, 1);
    w.log_next_down();
  });
  EXPECT_EQ(seen, "error end_of_stream | down end_of_stream");
}

TEST(ConformanceExceptions, OfAnyTypeAreCaught) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor*) -> behavior {
      return {[](int) -> int { throw 42; }};
    });
    w.me()->monitor(uut);
    w.ask(uut, 1);
    w.log_next_down();
  });
  EXPECT_EQ(seen, "error runtime_error | down runtime_error");
}

TEST(ConformanceExceptions, AtTheStartEndTheActor) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor*) -> behavior {
      throw std::logic_error("early");
    });
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down runtime_error");
}

TEST(ConformanceExceptions, AtTheStartBounceWhatWaits) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn<lazy_init>([](event_based_actor*) -> behavior {
      throw std::logic_error("early");
    });
    w.ask(uut, 1);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "error request_receiver_down | down runtime_error");
}

TEST(ConformanceExceptions, InAResponseHandlerEndTheActor) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn([](event_based_actor*) -> behavior {
      return {[](int x) { return x; }};
    });
    auto uut = w.spawn([server](event_based_actor* self) {
      self->request(server, patience, 1).then([](int) {
        throw std::runtime_error("late");
      });
    });
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down runtime_error");
}

TEST(ConformanceExceptions, InAnErrorHandlerEndTheActor) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn([](event_based_actor*) -> behavior {
      return {[](int) -> result<int> { return sec::invalid_argument; }};
    });
    auto uut = w.spawn([server](event_based_actor* self) {
      self->request(server, patience, 1)
          .then([](int) {}, [](error&) { throw std::runtime_error("late"); });
    });
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down runtime_error");
}

TEST(ConformanceExceptions, InADownHandlerEndTheActor) {
  auto seen = seen_everywhere([](world& w) {
    auto other =
        w.spawn([](event_based_actor*) -> behavior { return {[](int) {}}; });
    auto uut = w.spawn([other](event_based_actor* self) -> behavior {
      self->monitor(other);
      self->set_down_handler(
          [](down_msg&) { throw std::runtime_error("sad"); });
      return {[](int x) { return x; }};
    });
    w.ask(uut, 1);
    w.me()->send_exit(other, exit_reason::kill);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "answer (1) | down runtime_error");
}

TEST(ConformanceExceptions, InATimeoutEndTheActor) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor*) -> behavior {
      return {[](int) {},
              after(5ms) >> [] { throw std::runtime_error("too long"); }};
    });
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down runtime_error");
}

TEST(ConformanceExceptions, BounceRequestsThatWait) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn_gated([](event_based_actor*) -> behavior {
      throw std::runtime_error("gone");
    });
    w.spawn(
        [uut](event_based_actor* self, actor out) {
          for (int i = 0; i < 2; ++i)
            self->request(uut, patience, i)
                .then([](int) {},
                      [=](error& e) {
                        self->send(out,
                                   e == sec::request_receiver_down ? 1 : 2);
                      });
          self->send(out, 0);
        },
        w.out());
    w.log_numbers(1);
    w.open_gate();
    w.log_numbers(2);
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "0 | 1 | 1 | down runtime_error");
}
