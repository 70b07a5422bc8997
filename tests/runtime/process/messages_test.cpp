// SPDX-License-Identifier: Apache-2.0

// Messages to an actor in a worker process.

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "runtime/process/process_fixture.hpp"

namespace troupe::test {
namespace {

struct stranger {
  int x = 0;
};

} // namespace
} // namespace troupe::test

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::test::stranger)

namespace troupe::test {
namespace {

using ProcessMessages = process_test;

TEST_F(ProcessMessages, KeepTheirOrder) {
  auto x = start();
  std::string expected;
  for (int64_t i = 0; i < 5'000; ++i) {
    self()->send(x, i);
    expected += std::to_string(i) + " ";
  }
  EXPECT_EQ(ask(x, "sum"), expected);
}

TEST_F(ProcessMessages, TellWhoHasSentThem) {
  auto x = start();
  self()->send(x, int64_t{6}, int64_t{7});
  int64_t answer = 0;
  self()->receive([&](int64_t y) { answer = y; }, caf::after(30s) >> [] {});
  EXPECT_EQ(answer, 42);
}

TEST_F(ProcessMessages, MayBeAnsweredLater) {
  auto x = start();
  auto later = self()->request(x, 30s, std::string{"later"});
  EXPECT_EQ(ask(x, "between"), "between");
  EXPECT_EQ(ask(x, "now"), "now");
  std::string answer;
  later.receive([&](std::string& y) { answer = std::move(y); },
                [&](const caf::error& why) { answer = describe(why); });
  EXPECT_EQ(answer, "later");
}

TEST_F(ProcessMessages, ThatAreNotAnsweredYetDoNotHoldUpOthers) {
  auto x = start();
  for (auto i = 0; i < 200; ++i)
    static_cast<void>(self()->request(x, 30s, std::string{"later"}));
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessMessages, AreRefusedWhereTooManyWait) {
  auto x = start({.max_waiting = 10});
  for (auto i = 0; i < 10; ++i)
    static_cast<void>(self()->request(x, 30s, std::string{"later"}));
  EXPECT_EQ(ask(x, "no room"),
            "error: 10 messages wait for the worker process, the limit is 10");
}

TEST_F(ProcessMessages, OfUnknownTypesAreRefused) {
  auto x = start();
  caf::error why;
  self()
      ->request(x, 30s, stranger{})
      .receive([] {}, [&](caf::error& y) { why = std::move(y); });
  EXPECT_EQ(why, errc::type_not_allowed);
  for (auto i = 0; i < 100; ++i)
    self()->send(x, stranger{});
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessMessages, MayBeLarge) {
  auto x = start();
  std::string large(8 << 20, 'x');
  EXPECT_EQ(ask(x, large), large);
}

TEST_F(ProcessMessages, AreCountedByTheSupervisor) {
  auto x = start({.quit_timeout = 10ms});
  self()->send(x, std::string{"burn"});
  EXPECT_TRUE(eventually(
      30s, [&] { return children().front().busy_for.value_or(0ns) > 50ms; }));
  for (int64_t i = 0; i < 100; ++i)
    self()->send(x, i);
  EXPECT_TRUE(eventually(30s, [&] {
    return children().front().waiting_messages == 100;
  })) << children().front().waiting_messages;
  EXPECT_EQ(children().front().place, "process");
}

} // namespace
} // namespace troupe::test
