// SPDX-License-Identifier: Apache-2.0

// Peers that fall silent while their connection stays.

#include <gtest/gtest.h>

#include "link_end.hpp"
#include "support/relay.hpp"

namespace troupe {

namespace {

using test::hasty_link_options;
using test::link_end;

struct Silence : testing::Test {
  void SetUp() override {
    ASSERT_FALSE(client.dial(network.address()));
    ASSERT_TRUE(server.saw({peer_change::up}));
    ASSERT_EQ(client.ask(1), 2);
  }

  link_end server{"server", hasty_link_options()};
  link_end client{"client", hasty_link_options(), std::nullopt};
  test::relay network{server.ends->port()};
};

} // namespace

TEST_F(Silence, ShorterThanTheLimitIsSuspectedAndRestored) {
  network.hold();
  for (auto end : {&server, &client}) {
    EXPECT_TRUE(end->saw({peer_change::up, peer_change::suspected}));
    EXPECT_TRUE(end->last().cause.starts_with("it has been silent for 0."))
        << end->last().cause;
  }
  network.resume();
  for (auto end : {&server, &client})
    EXPECT_TRUE(end->saw(
        {peer_change::up, peer_change::suspected, peer_change::restored}));
  EXPECT_EQ(client.ask(3), 6);
}

TEST_F(Silence, BeyondTheLimitIsALoss) {
  network.hold();
  auto pending = client.self->request(client.peer_doubler(), caf::infinite, 4);
  for (auto end : {&server, &client})
    EXPECT_TRUE(
        end->saw({peer_change::up, peer_change::suspected, peer_change::lost}));
  EXPECT_EQ(server.last().cause,
            "the link to node client is lost: it has been silent for 1.0 s");
  pending.receive(
      [](int32_t) { FAIL() << "nobody can answer"; },
      [](const caf::error& why) { EXPECT_EQ(why, errc::link_lost); });
}

TEST_F(Silence, OfActorsIsNoSilenceOfTheLink) {
  using namespace std::chrono_literals;
  EXPECT_FALSE(test::eventually(
      3s, [&] { return server.how().size() + client.how().size() > 2; }));
  EXPECT_EQ(client.ask(5), 10);
}

} // namespace troupe
