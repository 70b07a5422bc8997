// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <string>

#include <gtest/gtest.h>

#include "caf/all.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(caf::typed_response_promise<int>)

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::patience;
using troupe::test::seen_everywhere;
using troupe::test::world;

namespace {

/// Never answers.
behavior mute(event_based_actor* self) {
  return {[=](int) { return self->make_response_promise(); }};
}

/// Answers later, the sooner the larger the number.
behavior slow(event_based_actor* self) {
  return {[self](int x) -> result<int> {
            auto rp = self->make_response_promise<int>();
            self->delayed_send(self, std::chrono::milliseconds{90 - x * 30}, rp,
                               x);
            return rp;
          },
          [](typed_response_promise<int>& rp, int x) { rp.deliver(x * 10); }};
}

} // namespace

TEST(ConformanceRequests, TimeOut) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn(mute);
    w.spawn(
        [server](event_based_actor* self, actor out) {
          self->request(server, 10ms, 1)
              .then([=](int) { self->send(out, 1); },
                    [=](error& e) {
                      self->send(out, e == sec::request_timeout ? 2 : 3);
                    });
        },
        w.out());
    w.log_numbers(1);
    w.end(server);
  });
  EXPECT_EQ(seen, "2");
}

TEST(ConformanceRequests, AnsweredTooLateHaveTimedOutOnce) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn(slow);
    w.spawn(
        [server](event_based_actor* self, actor out) {
          self->request(server, 5ms, 0)
              .then([=](int) { self->send(out, 1); },
                    [=](error&) { self->send(out, 2); });
          // Comes after the answer to the first.
          self->delayed_send(self, 200ms, 3);
          return behavior{[=](int x) {
            self->send(out, x);
            self->quit();
          }};
        },
        w.out());
    w.log_numbers(2);
    w.end(server);
  });
  EXPECT_EQ(seen, "2 | 3");
}

TEST(ConformanceRequests, AreMatchedWithTheirResponses) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn(slow);
    w.spawn(
        [server](event_based_actor* self, actor out) {
          for (int i = 0; i < 3; ++i)
            self->request(server, patience, i).then([=](int x) {
              self->send(out, i * 100 + x);
            });
        },
        w.out());
    w.log_numbers(3);
  });
  EXPECT_EQ(seen, "220 | 110 | 0");
}

TEST(ConformanceRequests, ByTheThousandAreAnsweredInAnyOrder) {
  auto seen = seen_everywhere([](world& w) {
    constexpr int n = 2'000;
    // Answers in reverse order once it has all.
    auto server = w.spawn([](event_based_actor* self) -> behavior {
      auto open = std::make_shared<std::vector<typed_response_promise<int>>>();
      return {[=](int x) -> result<int> {
        auto rp = self->make_response_promise<int>();
        open->push_back(rp);
        if (x == n - 1)
          for (auto i = open->size(); i > 0; --i)
            (*open)[i - 1].deliver(static_cast<int>(i - 1));
        return rp;
      }};
    });
    w.spawn(
        [server](event_based_actor* self, actor out) {
          auto right = std::make_shared<int>(0);
          auto left = std::make_shared<int>(int{n});
          for (int i = 0; i < n; ++i)
            self->request(server, infinite, i).then([=](int x) {
              *right += x == i ? 1 : 0;
              if (--*left == 0)
                self->send(out, *right);
            });
        },
        w.out());
    w.log_numbers(1);
    w.end(server);
  });
  EXPECT_EQ(seen, "2000");
}

TEST(ConformanceRequests, ByTheHundredTimeOut) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn(mute);
    w.spawn(
        [server](event_based_actor* self, actor out) {
          auto failed = std::make_shared<int>(0);
          for (int i = 0; i < 200; ++i)
            self->request(server, 20ms, i)
                .then([](int) {},
                      [=](error& e) {
                        *failed += e == sec::request_timeout ? 1 : 0;
                        if (*failed == 200)
                          self->send(out, *failed);
                      });
        },
        w.out());
    w.log_numbers(1);
    w.end(server);
  });
  EXPECT_EQ(seen, "200");
}

TEST(ConformanceRequests, MayBeSentToOneself) {
  auto seen = seen_everywhere([](world& w) {
    w.spawn(
        [](event_based_actor* self, actor out) {
          self->request(actor{self}, patience, 20).then([=](int x) {
            self->send(out, x);
            self->quit();
          });
          return behavior{[](int x) { return x + 1; }};
        },
        w.out());
    w.log_numbers(1);
  });
  EXPECT_EQ(seen, "21");
}

TEST(ConformanceRequests, AwaitedHoldOtherMessagesBack) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn(slow);
    auto uut = w.spawn(
        [server](event_based_actor* self, actor out) {
          return behavior{
              [=](int x) {
                self->request(server, patience, x).await([=](int y) {
                  self->send(out, y);
                });
              },
              [=](double) { self->send(out, 1); }};
        },
        w.out());
    w.me()->send(uut, 2);
    w.me()->send(uut, 1.0);
    w.log_numbers(2);
    // The clock holds a reference until the request's timeout.
    w.end(uut);
  });
  EXPECT_EQ(seen, "20 | 1");
}

TEST(ConformanceRequests, AwaitedAreServedLastFirst) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn(slow);
    auto uut = w.spawn(
        [server](event_based_actor* self, actor out) {
          return behavior{[=](ok_atom) {
            for (int i = 0; i < 3; ++i)
              self->request(server, patience, i).await([=](int x) {
                self->send(out, x);
              });
          }};
        },
        w.out());
    w.me()->send(uut, ok_atom_v);
    w.log_numbers(3);
    w.end(uut);
  });
  EXPECT_EQ(seen, "20 | 10 | 0");
}

TEST(ConformanceRequests, WithoutErrorHandlerEndTheirSender) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn([](event_based_actor*) -> behavior {
      return {[](int) -> result<int> { return sec::bad_function_call; }};
    });
    auto uut = w.spawn([server](event_based_actor* self) -> behavior {
      self->request(server, patience, 1).then([](int) {});
      return {[](double) {}};
    });
    w.log_down_of(uut);
  });
  EXPECT_EQ(seen, "down bad_function_call");
}

TEST(ConformanceRequests, AnsweredWithOtherTypesAreAnError) {
  auto seen = seen_everywhere([](world& w) {
    auto server = w.spawn([](event_based_actor*) -> behavior {
      return {[](int) { return std::string{"text"}; }};
    });
    w.spawn(
        [server](event_based_actor* self, actor out) {
          self->request(server, patience, 1)
              .then([=](int) { self->send(out, 1); },
                    [=](error& e) {
                      self->send(out, e == sec::unexpected_response ? 2 : 3);
                    });
        },
        w.out());
    w.log_numbers(1);
  });
  EXPECT_EQ(seen, "2");
}
