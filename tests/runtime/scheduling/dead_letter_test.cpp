// SPDX-License-Identifier: Apache-2.0

#include "troupe/scheduling/dead_letter.hpp"

#include <gtest/gtest.h>

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"

#include "troupe/base/errc.hpp"

#include "support/deterministic.hpp"

namespace troupe {

namespace {

struct DeadLetters : test::deterministic {
  void listen() {
    sys.registry().put(dead_letter_listener,
                       caf::actor_cast<caf::strong_actor_ptr>(self()));
  }

  ~DeadLetters() override {
    sys.registry().erase(dead_letter_listener);
  }

  dead_letter lost() const {
    return {.reason = make_error(errc::link_lost, "the link is lost"),
            .sender = 12,
            .receiver = 3,
            .peer = "b"};
  }
};

} // namespace

TEST_F(DeadLetters, AreToldToTheListener) {
  listen();
  report(sys, lost(), caf::make_message(7, "abc"));
  auto told = received<dead_letter>();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->reason, errc::link_lost);
  EXPECT_EQ(told->receiver, 3u);
  EXPECT_EQ(describe(*told),
            "(7, \"abc\") from 12 to 3 of node b: the link is lost");
}

TEST_F(DeadLetters, WithoutAListenerAreToldToNobody) {
  report(sys, lost(), caf::make_message(7));
  listen();
  EXPECT_FALSE(received<dead_letter>());
}

TEST_F(DeadLetters, ThatTellOfOthersAreNotReported) {
  listen();
  report(sys, lost(), caf::make_message("x", lost()));
  auto undecoded = lost();
  undecoded.content = "@str+troupe::dead_letter";
  report(sys, undecoded);
  EXPECT_FALSE(received<dead_letter>());
}

} // namespace troupe
