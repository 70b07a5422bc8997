// SPDX-License-Identifier: Apache-2.0

// Peers that fall silent while their connection stays.

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "caf/send.hpp"

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

TEST(SilenceUnderLoad, IsNotMistakenForOne) {
  using namespace std::chrono_literals;
  // The time that it takes, in seconds; for more than a glance.
  auto text = std::getenv("TROUPE_TEST_LOAD_SECONDS");
  auto duration = std::chrono::seconds{text != nullptr ? std::atoi(text) : 2};
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> answers = 0;
  auto options = test::link_options();
  options.max_unsent_bytes = uint64_t{8} << 20;
  options.max_wait = 1min;
  link_end server{"server", options};
  link_end client{"client", options, std::nullopt};
  ASSERT_FALSE(client.dial(server.address()));
  ASSERT_TRUE(server.saw({peer_change::up}));
  std::vector<std::thread> threads;
  // More work than there are cores, and full traffic both ways.
  for (unsigned i = 0; i < 2 * std::thread::hardware_concurrency(); ++i)
    threads.emplace_back([&] {
      while (!stop)
        ; // computes
    });
  std::vector<caf::actor> askers;
  for (auto end : {&server, &client})
    askers.push_back(
        end->system.spawn([&stop, &answers, dest = end->peer_doubler()](
                              caf::event_based_actor* self) -> caf::behavior {
          auto ask = [self, &stop, &answers, dest](size_t bytes) {
            self->request(dest, caf::infinite, std::string(bytes, 'x'))
                .then([self, &stop, &answers](const std::string& x) {
                  ++answers;
                  if (!stop)
                    self->send(self, static_cast<uint64_t>(x.size()));
                });
          };
          for (size_t bytes = 64; bytes <= 1 << 20; bytes *= 2)
            ask(bytes);
          return {[=](uint64_t bytes) { ask(bytes); }};
        }));
  EXPECT_FALSE(test::eventually(
      duration, [&] { return server.how().size() + client.how().size() > 2; }));
  stop = true;
  for (auto& asker : askers)
    caf::anon_send_exit(asker, caf::exit_reason::user_shutdown);
  for (auto& thread : threads)
    thread.join();
  EXPECT_GT(answers, 100u);
}

TEST_F(Silence, OfActorsIsNoSilenceOfTheLink) {
  using namespace std::chrono_literals;
  EXPECT_FALSE(test::eventually(
      3s, [&] { return server.how().size() + client.how().size() > 2; }));
  EXPECT_EQ(client.ask(5), 10);
}

} // namespace troupe
