// SPDX-License-Identifier: Apache-2.0

// Streams that break while both ends are there.

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/send.hpp"

#include "link_end.hpp"
#include "support/relay.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using test::eventually;
using test::link_end;

constexpr auto patience = 30s;

hub_options options_with(caf::timespan resume_window) {
  auto result = test::link_options();
  result.max_unsent_bytes = uint64_t{1} << 30;
  result.resume_window = resume_window;
  return result;
}

/// What an actor has received.
struct record_of_numbers {
  std::atomic<int32_t> next = 0;
  std::atomic<bool> in_order = true;

  void take(int32_t x) {
    if (x != next)
      in_order = false;
    ++next;
  }
};

caf::behavior recorder(caf::event_based_actor*,
                       std::shared_ptr<record_of_numbers> to) {
  return {[=](int32_t x) { to->take(x); },
          [=](int32_t x, const std::string&) { to->take(x); }};
}

struct Resume : testing::Test {
  explicit Resume(caf::timespan window = 1min)
      : server("server", options_with(window)),
        client("client", options_with(window)) {
    // nop
  }

  void SetUp() override {
    network = std::make_unique<test::relay>(server.ends->port());
    ASSERT_FALSE(client.dial(network->address()));
    ASSERT_TRUE(server.saw({peer_change::up}));
    ASSERT_EQ(client.ask(1), 2);
  }

  /// Breaks the stream; the next dial gets through.
  void break_stream() {
    network->cut();
    auto passed = network->passed_bytes();
    ASSERT_TRUE(eventually(patience, [&] { return network->pairs() == 0; }));
    network->resume();
    ASSERT_TRUE(
        eventually(patience, [&] { return network->passed_bytes() > passed; }));
  }

  void expect_nobody_noticed() {
    for (auto end : {&server, &client})
      EXPECT_EQ(end->how(), (std::vector{peer_change::up}));
  }

  link_end server;
  link_end client;
  std::unique_ptr<test::relay> network;
};

struct ShortResume : Resume {
  ShortResume() : Resume(300ms) {
    // nop
  }
};

} // namespace

TEST_F(Resume, ABreakIsNotNoticed) {
  break_stream();
  EXPECT_EQ(client.ask(2), 4);
  EXPECT_EQ(server.ask(3), 6);
  expect_nobody_noticed();
}

TEST_F(Resume, BreaksLoseAndRepeatNothing) {
  auto seen = std::make_shared<record_of_numbers>();
  auto local = server.system.spawn(recorder, seen);
  auto dest = test::known(client, server, local);
  ASSERT_TRUE(dest);
  constexpr int32_t count = 20'000;
  client.system.spawn([=](caf::event_based_actor* self) {
    for (int32_t i = 0; i < count; ++i) {
      if (i % 100 == 0)
        self->send(dest, i, std::string(200'000, 'x'));
      else
        self->send(dest, i);
    }
  });
  for (int i = 0; i < 5 && seen->next < count; ++i)
    break_stream();
  ASSERT_TRUE(eventually(patience, [&] { return seen->next == count; }))
      << seen->next;
  EXPECT_TRUE(seen->in_order);
  EXPECT_EQ(client.ask(4), 8);
  expect_nobody_noticed();
  caf::anon_send_exit(local, caf::exit_reason::user_shutdown);
}

TEST_F(Resume, WhatIsSentDuringABreakArrivesAfterIt) {
  network->cut();
  ASSERT_TRUE(eventually(patience, [&] { return network->pairs() == 0; }));
  auto pending =
      client.self->request(client.peer_doubler(), patience, int32_t{5});
  network->resume();
  pending.receive([](int32_t x) { EXPECT_EQ(x, 10); },
                  [](const caf::error& e) { FAIL() << describe(e); });
  expect_nobody_noticed();
}

TEST_F(Resume, WhereNobodyListensAnyMoreThePeerIsLostAtOnce) {
  network.reset();
  EXPECT_TRUE(client.saw({peer_change::up, peer_change::lost}));
  client.self->request(client.peer_doubler(), patience, int32_t{5})
      .receive([](int32_t) { FAIL() << "nobody is there"; },
               [](const caf::error& e) { EXPECT_EQ(e, errc::link_lost); });
}

TEST_F(ShortResume, ABreakBeyondTheWindowIsALoss) {
  network->cut();
  for (auto end : {&server, &client})
    EXPECT_TRUE(end->saw({peer_change::up, peer_change::lost}));
  // Both begin anew.
  network->resume();
  EXPECT_FALSE(client.dial(network->address()));
  EXPECT_EQ(client.ask(6), 12);
}

TEST_F(Resume, AnEndThatLeavesDuringABreakIsLost) {
  network->cut();
  ASSERT_TRUE(eventually(patience, [&] { return network->pairs() == 0; }));
  client.ends->close(2s);
  EXPECT_TRUE(client.saw({peer_change::up, peer_change::lost}));
  EXPECT_TRUE(server.saw({peer_change::up, peer_change::lost}));
}

} // namespace troupe
