// SPDX-License-Identifier: Apache-2.0

// Receivers that take their time. A message that comes alone runs its receiver
// on the thread that has received it.

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "caf/send.hpp"

#include "link_end.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using test::eventually;
using test::link_end;

constexpr auto patience = 20s;

/// Lets handlers go on.
struct gate {
  std::atomic<int> waiting = 0;
  std::atomic<bool> open = false;
};

/// Answers once the gate is open; blocks its thread until then.
caf::behavior blocked(caf::event_based_actor*, gate* g) {
  return {[=](int32_t x) {
    ++g->waiting;
    while (!g->open)
      std::this_thread::yield();
    return 2 * x;
  }};
}

struct BusyReceiver : testing::Test {
  void SetUp() override {
    ASSERT_FALSE(client.dial(server.address()));
    ASSERT_EQ(client.ask(1), 2);
    for (int i = 0; i < 3; ++i) {
      actors.push_back(server.system.spawn(blocked, &entrance));
      server.system.registry().put(actors.back().id(), actors.back());
    }
  }

  void TearDown() override {
    entrance.open = true;
    for (auto& x : actors)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  }

  caf::actor remote(size_t index) {
    return test::known(client, server, actors[index]);
  }

  gate entrance;
  link_end server{"server", test::hasty_link_options()};
  link_end client{"client", test::hasty_link_options(), std::nullopt};
  std::vector<caf::actor> actors;
};

} // namespace

TEST_F(BusyReceiver, HoldsUpNobodyElse) {
  for (int32_t i = 0; i < 2; ++i) {
    caf::anon_send(remote(static_cast<size_t>(i)), i);
    ASSERT_TRUE(eventually(patience, [&] { return entrance.waiting > i; }));
    EXPECT_EQ(client.ask(10 + i), 20 + 2 * i);
  }
  // Longer than a silence that would be a loss.
  EXPECT_FALSE(eventually(1'500ms, [&] { return server.how().size() > 1; }));
  EXPECT_EQ(client.how(), std::vector{peer_change::up});
  entrance.open = true;
  client.self->request(remote(2), patience, int32_t{7})
      .receive([](int32_t x) { EXPECT_EQ(x, 14); },
               [](const caf::error& e) { FAIL() << describe(e); });
}

TEST_F(BusyReceiver, DoesNotHoldUpTheEndOfItsNode) {
  caf::anon_send(remote(0), int32_t{1});
  ASSERT_TRUE(eventually(patience, [&] { return entrance.waiting == 1; }));
  auto begin = std::chrono::steady_clock::now();
  server.ends->close(100ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
  EXPECT_TRUE(client.saw({peer_change::up, peer_change::left}));
}

} // namespace troupe
