// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/conformance/world.hpp"

#include <gtest/gtest.h>

#include "caf/all.hpp"

using namespace caf;
using namespace std::chrono_literals;
using troupe::test::seen_everywhere;
using troupe::test::world;

TEST(ConformanceBehaviors, CanBeStacked) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      return {[=](int x) {
        self->become(keep_behavior, [=](int y) {
          self->unbecome();
          return x * 10 + y;
        });
        return x;
      }};
    });
    for (int i = 1; i <= 4; ++i)
      w.ask(uut, i);
  });
  EXPECT_EQ(seen, "answer (1) | answer (12) | answer (3) | answer (34)");
}

TEST(ConformanceBehaviors, CanBeReplaced) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      return {[=](int x) {
        self->become([](int y) { return -y; });
        return x;
      }};
    });
    w.ask(uut, 1);
    w.ask(uut, 2);
    w.ask(uut, 3);
  });
  EXPECT_EQ(seen, "answer (1) | answer (-2) | answer (-3)");
}

TEST(ConformanceBehaviors, EndTheActorWhenTheLastOneIsGone) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      return {[=](int x) {
        self->unbecome();
        return x;
      }};
    });
    w.me()->monitor(uut);
    w.ask(uut, 1);
    w.log_next_down();
    w.ask(uut, 2);
  });
  EXPECT_EQ(seen, "answer (1) | down normal | error request_receiver_down");
}

TEST(ConformanceBehaviors, MayBeSetInsteadOfReturned) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) {
      self->become([=](int x) { return x + 1; });
    });
    w.ask(uut, 1);
    w.end(uut);
  });
  EXPECT_EQ(seen, "answer (2)");
}

TEST(ConformanceBehaviors, KeepSkippedMessagesInOrderForLater) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(
        [](event_based_actor* self, actor out) {
          self->set_default_handler(skip);
          return behavior{[=](ok_atom) {
            self->become(keep_behavior, [=](int x) {
              self->send(out, x);
              if (x == 3)
                self->unbecome();
            });
          }};
        },
        w.out());
    for (int i = 1; i <= 3; ++i)
      w.me()->send(uut, i);
    w.me()->send(uut, ok_atom_v);
    w.me()->send(uut, 4);
    w.log_numbers(3);
    w.me()->send(uut, ok_atom_v);
    w.log_numbers(1);
  });
  EXPECT_EQ(seen, "1 | 2 | 3 | 4");
}

TEST(ConformanceBehaviors, AnswerSkippedRequestsLater) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      self->set_default_handler(skip);
      return {[=](ok_atom) { self->become([](int x) { return x * 2; }); }};
    });
    w.spawn(
        [uut](event_based_actor* self, actor out) {
          for (int i = 1; i <= 3; ++i)
            self->request(uut, infinite, i).then([=](int x) {
              self->send(out, x);
            });
          self->send(uut, ok_atom_v);
        },
        w.out());
    w.log_numbers(3);
  });
  EXPECT_EQ(seen, "2 | 4 | 6");
}

TEST(ConformanceBehaviors, BounceSkippedRequestsAtTheEnd) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn([](event_based_actor* self) -> behavior {
      self->set_default_handler(skip);
      return {[=](ok_atom) { self->quit(exit_reason::user_shutdown); }};
    });
    w.spawn(
        [uut](event_based_actor* self, actor out) {
          self->request(uut, infinite, 1)
              .then([](int) {},
                    [=](error& e) {
                      self->send(out, e == sec::request_receiver_down ? 1 : 2);
                    });
          self->send(uut, ok_atom_v);
        },
        w.out());
    w.log_numbers(1);
  });
  EXPECT_EQ(seen, "1");
}

TEST(ConformanceBehaviors, SkipFromInsideAHandler) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(
        [](event_based_actor* self, actor out) {
          auto open = std::make_shared<bool>(false);
          return behavior{[=](int x) -> caf::result<void> {
                            if (!*open)
                              return skip();
                            self->send(out, x);
                            return unit;
                          },
                          [=](ok_atom) {
                            *open = true;
                            self->send(out, 0);
                          }};
        },
        w.out());
    w.me()->send(uut, 1);
    w.me()->send(uut, 2);
    w.me()->send(uut, ok_atom_v);
    w.log_numbers(3);
  });
  EXPECT_EQ(seen, "0 | 1 | 2");
}

TEST(ConformanceBehaviors, TimeOutAfterSilence) {
  auto seen = seen_everywhere([](world& w) {
    w.spawn(
        [](event_based_actor* self, actor out) {
          self->send(self, 1);
          return behavior{[=](int x) { self->send(out, x); },
                          after(20ms) >>
                              [=] {
                                self->send(out, 2);
                                self->quit();
                              }};
        },
        w.out());
    w.log_numbers(2);
  });
  EXPECT_EQ(seen, "1 | 2");
}

TEST(ConformanceBehaviors, TimeOutAgainAndAgain) {
  auto seen = seen_everywhere([](world& w) {
    w.spawn(
        [](event_based_actor* self, actor out) {
          auto count = std::make_shared<int>(0);
          return behavior{[](int) {}, after(5ms) >>
                                          [=] {
                                            self->send(out, ++*count);
                                            if (*count == 3)
                                              self->quit();
                                          }};
        },
        w.out());
    w.log_numbers(3);
  });
  EXPECT_EQ(seen, "1 | 2 | 3");
}

TEST(ConformanceBehaviors, DoNotTimeOutWhileMessagesCome) {
  auto seen = seen_everywhere([](world& w) {
    w.spawn(
        [](event_based_actor* self, actor out) {
          // Each comes long before the timeout, the last long after the first.
          for (int i = 1; i <= 4; ++i)
            self->delayed_send(self, i * 80ms, i);
          return behavior{[=](int x) { self->send(out, x); },
                          after(300ms) >>
                              [=] {
                                self->send(out, 0);
                                self->quit();
                              }};
        },
        w.out());
    w.log_numbers(5);
  });
  EXPECT_EQ(seen, "1 | 2 | 3 | 4 | 0");
}

TEST(ConformanceBehaviors, TimeOutThoughSkippedMessagesCome) {
  auto seen = seen_everywhere([](world& w) {
    w.spawn(
        [](event_based_actor* self, actor out) {
          self->set_default_handler(skip);
          for (int i = 1; i <= 10; ++i)
            self->delayed_send(self, i * 20ms, i);
          self->delayed_send(self, 400ms, ok_atom_v);
          return behavior{[=](ok_atom) {
                            self->send(out, 2);
                            self->quit();
                          },
                          after(100ms) >>
                              [=] {
                                self->send(out, 1);
                                self->become([=](ok_atom) {
                                  self->send(out, 2);
                                  self->quit();
                                });
                              }};
        },
        w.out());
    w.log_numbers(2);
  });
  EXPECT_EQ(seen, "1 | 2");
}

TEST(ConformanceBehaviors, DropWhatTheyDoNotMatch) {
  auto seen = seen_everywhere([](world& w) {
    auto uut = w.spawn(
        [](event_based_actor* self, actor out) {
          self->set_default_handler(
              [=](scheduled_actor*,
                  const message_view& x) -> caf::result<message> {
                self->send(out, static_cast<int>(x.content().size()));
                return sec::unexpected_message;
              });
          return behavior{[=](int x) { self->send(out, x * 10); }};
        },
        w.out());
    w.me()->send(uut, 1);
    w.me()->send(uut, "a", "b", "c");
    w.me()->send(uut, 2);
    w.log_numbers(2);
    w.me()->receive([&](error& e) { w.log(w.describe(e)); },
                    after(troupe::test::patience) >> [&] { w.log("none"); });
    w.log_numbers(1);
  });
  EXPECT_EQ(seen, "10 | 3 | unexpected_message | 20");
}
