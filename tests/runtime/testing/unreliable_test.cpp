// SPDX-License-Identifier: Apache-2.0

#include "troupe/testing/unreliable.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "runtime/testing/faults_fixture.hpp"
#include "troupe/base/errc.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/system_messages.hpp"

using namespace std::chrono_literals;

namespace troupe {

namespace {

using test::collector;
using test::numbers;

class Unreliable : public test::faults_fixture {
protected:
  /// Starts an actor and returns an unreliable way to it.
  caf::actor to_collector(fault_plan plan) {
    start([this](caf::event_based_actor* x) { return collector(x, &seen_); },
          0);
    auto result = unreliable(sys, std::move(plan), actor_);
    self()->monitor(result);
    return result;
  }
};

TEST_F(Unreliable, HandsOnWhatIsNotStruck) {
  auto way = to_collector(fault{.what = drops{}, .nth = 2});
  for (int i = 1; i <= 3; ++i)
    self()->send(way, i);
  EXPECT_EQ(ask<int>(way, 4), 3);
  EXPECT_EQ(seen_, (numbers{1, 3, 4}));
}

TEST_F(Unreliable, DelaysAMessage) {
  auto way = to_collector(fault{.what = delays{1s}});
  auto first = open<int>(way, 1);
  self()->send(way, 2);
  run();
  EXPECT_EQ(seen_, numbers{2});
  advance(1s);
  EXPECT_EQ(first.result(), 2);
}

TEST_F(Unreliable, EndsItsTargetAndEndsWithIt) {
  auto way = to_collector(fault{.what = throws{"lightning"}});
  self()->send(way, 1);
  run();
  for (int i = 0; i < 2; ++i) {
    auto down = received<caf::down_msg>();
    ASSERT_TRUE(down);
    EXPECT_EQ(describe(down->reason), "lightning");
  }
  EXPECT_TRUE(seen_.empty());
}

TEST_F(Unreliable, AnExitMessageGoesToTheTarget) {
  auto way = to_collector(fault{.what = drops{}, .times = {}});
  self()->send_exit(way, caf::exit_reason::user_shutdown);
  run();
  EXPECT_TRUE(received<caf::down_msg>());
  EXPECT_TRUE(received<caf::down_msg>());
}

} // namespace

} // namespace troupe
