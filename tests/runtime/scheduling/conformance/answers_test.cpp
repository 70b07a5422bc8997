// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <string>

#include <gtest/gtest.h>

#include "caf/all.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(caf::response_promise)

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::patience;
using troupe::test::seen_everywhere;
using troupe::test::world;

TEST(ConformanceAnswers, AreResultsOfAllKinds) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor*) -> behavior {
      return {[](int) { return 1; },
              [](double) -> result<int> { return sec::bad_function_call; },
              [](const std::string&) { /* void */ },
              [](ok_atom) -> result<int, int> {
                return {2, 3};
              },
              [](add_atom) { return make_message("text", 4.0); },
              [](update_atom) -> expected<int> { return sec::end_of_stream; }};
    });
    w.ask(uut, 1);
    w.ask(uut, 1.0);
    w.ask(uut, std::string{"x"});
    w.ask(uut, ok_atom_v);
    w.ask(uut, add_atom_v);
    w.ask(uut, update_atom_v);
  });
  EXPECT_EQ(seen,
            "answer (1) | error bad_function_call | answer <empty-message> | "
            "answer (2, 3) | answer (\"text\", 4.000000) | "
            "error end_of_stream");
}

TEST(ConformanceAnswers, ToUnexpectedRequestsAreErrors) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      self->set_default_handler(drop);
      return {[](int x) { return x; }};
    });
    w.ask(uut, "what");
    w.ask(uut, 5);
  });
  EXPECT_EQ(seen, "error unexpected_message | answer (5)");
}

TEST(ConformanceAnswers, MayBeTheRequestItself) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      self->set_default_handler(reflect);
      return {[](int x) { return x; }};
    });
    w.ask(uut, "mirror", 1.5);
  });
  EXPECT_EQ(seen, "answer (\"mirror\", 1.500000)");
}

TEST(ConformanceAnswers, MayBeTheRequestItselfBeforeTheEnd) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      self->set_default_handler(reflect_and_quit);
      return {[](int x) { return x; }};
    });
    w.ask(uut, "mirror");
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "answer (\"mirror\") | down normal");
}

TEST(ConformanceAnswers, MayBeDelegated) {
  auto seen = seen_everywhere([](world& w) {
    auto last = w.spawn([](event_based_actor* self) -> behavior {
      // The sender is the one that asked first.
      return {[self](int x) {
        return x + (self->current_sender() == nullptr ? 5 : 1);
      }};
    });
    auto middle = w.spawn([last](event_based_actor* self) -> behavior {
      return {[=](int x) { return self->delegate(last, x * 10); }};
    });
    auto first = w.spawn([middle](event_based_actor* self) -> behavior {
      return {[=](int x) { return self->delegate(middle, x + 1); }};
    });
    w.ask(first, 4);
  });
  EXPECT_EQ(seen, "answer (51)");
}

TEST(ConformanceAnswers, DelegatedToADeadActorAreErrors) {
  auto seen = seen_everywhere([](world& w) {
    auto last = w.spawn([](event_based_actor*) {});
    w.log_down_of(last);
    auto first = w.spawn([last](event_based_actor* self) -> behavior {
      return {[=](int x) { return self->delegate(last, x); }};
    });
    w.ask(first, 4);
  });
  EXPECT_EQ(seen, "down normal | error request_receiver_down");
}

TEST(ConformanceAnswers, PassThroughComposedActors) {
  auto seen = seen_everywhere([](world& w) {
    auto f = w.spawn([](event_based_actor*) -> behavior {
      return {[](int x) { return x * 2; }};
    });
    auto g = w.spawn([](event_based_actor*) -> behavior {
      return {[](int x) { return x + 1; }};
    });
    w.ask(f * g, 5);
  });
  EXPECT_EQ(seen, "answer (12)");
}

TEST(ConformanceAnswers, MayBePromisedAndComeLater) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      return {[self](int x) {
                auto rp = self->make_response_promise();
                self->delayed_send(self, 5ms, rp, x);
                return rp;
              },
              [](response_promise& rp, int x) {
                if (x == 0)
                  rp.deliver(make_error(sec::invalid_argument));
                else
                  rp.deliver(x, x);
              }};
    });
    w.ask(uut, 1);
    w.ask(uut, 0);
  });
  EXPECT_EQ(seen, "answer (1, 1) | error invalid_argument");
}

TEST(ConformanceAnswers, PromisedMayBeDelegated) {
  auto seen = seen_everywhere([](world& w) {
    auto last = w.spawn([](event_based_actor*) -> behavior {
      return {[](int x) { return x + 1; }};
    });
    auto uut = w.spawn([last](event_based_actor* self) -> behavior {
      return {[self](int x) {
                auto rp = self->make_response_promise();
                self->delayed_send(self, 5ms, rp, x);
                return rp;
              },
              [last](response_promise& rp, int x) { rp.delegate(last, x); }};
    });
    w.ask(uut, 1);
  });
  EXPECT_EQ(seen, "answer (2)");
}

TEST(ConformanceAnswers, GivenTwiceCountOnce) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      return {[self](int x) {
        auto rp = self->make_response_promise();
        rp.deliver(x);
        rp.deliver(x + 1);
        return rp;
      }};
    });
    w.ask(uut, 1);
    w.ask(uut, 5);
  });
  EXPECT_EQ(seen, "answer (1) | answer (5)");
}

TEST(ConformanceAnswers, ToRequestsForInformationAreTheRuntimes) {
  auto seen = seen_everywhere([](world& w) {
    auto uut =
        w.spawn([](event_based_actor*) -> behavior { return {[](int) {}}; });
    w.me()
        ->request(uut, patience, sys_atom_v, get_atom_v, std::string{"info"})
        .receive(
            [&](ok_atom, const std::string& what, const strong_actor_ptr& y,
                const std::string& name) {
              w.log(what + " " + name + (y == uut ? " same" : " other"));
            },
            [&](error& e) { w.log(w.describe(e)); });
  });
  EXPECT_EQ(seen, "info scheduled_actor same");
}
