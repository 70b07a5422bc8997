// SPDX-License-Identifier: Apache-2.0

// Peers that do not keep up.

#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

#include "caf/send.hpp"

#include "troupe/link/room.hpp"
#include "troupe/scheduling/dead_letter.hpp"

#include "link/record.hpp"
#include "link_end.hpp"
#include "stranger.hpp"
#include "support/relay.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using test::eventually;
using test::link_end;

constexpr auto patience = 20s;

constexpr size_t mebi = 1 << 20;

/// Options of an end that may have 4 MiB waiting, and trusts silent peers.
hub_options small_options(caf::timespan max_wait) {
  auto result = test::link_options();
  result.max_unsent_bytes = 4 * mebi;
  result.max_wait = max_wait;
  result.detection.suspect_within = 1h;
  result.detection.threshold = 1e9;
  result.detection.lost_within = 1h;
  return result;
}

/// What became of requests.
struct answers {
  std::atomic<int> good = 0;
  std::atomic<int> link_full = 0;
  std::atomic<int> other = 0;

  int all() const {
    return good + link_full + other;
  }
};

/// Has an actor of `from` send requests of a mebibyte each to its peer.
std::shared_ptr<answers> send_requests(link_end& from, int count) {
  auto result = std::make_shared<answers>();
  auto dest = from.peer_doubler();
  from.system.spawn([=](caf::event_based_actor* self) {
    for (int i = 0; i < count; ++i)
      self->request(dest, caf::infinite, std::string(mebi, 'x'))
          .then(
              [=](const std::string& x) {
                ++(x.size() == mebi ? result->good : result->other);
              },
              [=](const caf::error& why) {
                ++(why == errc::link_full ? result->link_full : result->other);
              });
  });
  return result;
}

/// As above, but one asks for room before each.
void send_politely(caf::event_based_actor* self, const caf::actor& dest,
                   int count, const std::shared_ptr<answers>& result) {
  if (count == 0)
    return;
  await_room(self, dest, mebi, [=](const caf::error& why) {
    if (why) {
      ++result->other;
      return;
    }
    self->request(dest, caf::infinite, std::string(mebi, 'x'))
        .then([=](const std::string&) { ++result->good; },
              [=](const caf::error& e) {
                ++(e == errc::link_full ? result->link_full : result->other);
              });
    send_politely(self, dest, count - 1, result);
  });
}

struct Pressure : testing::Test {
  explicit Pressure(caf::timespan max_wait = 0s)
      : client("client", small_options(max_wait), std::nullopt) {
    // nop
  }

  void SetUp() override {
    ASSERT_FALSE(client.dial(network.address()));
    ASSERT_EQ(client.ask(1), 2);
    network.hold();
  }

  link_end server{"server", small_options(1min)};
  link_end client;
  test::relay network{server.ends->port()};
};

struct PatientPressure : Pressure {
  PatientPressure() : Pressure(1min) {
    // nop
  }
};

struct HastyPressure : Pressure {
  HastyPressure() : Pressure(50ms) {
    // nop
  }
};

uint64_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  uint64_t size = 0;
  uint64_t resident = 0;
  in >> size >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace

TEST_F(Pressure, WhatIsTooMuchIsRefusedAndTheRestArrives) {
  auto result = send_requests(client, 100);
  ASSERT_TRUE(eventually(patience, [&] { return result->link_full > 50; }));
  EXPECT_EQ(result->good, 0);
  network.resume();
  ASSERT_TRUE(eventually(patience, [&] { return result->all() == 100; }));
  EXPECT_GE(result->good, 4);
  EXPECT_EQ(result->other, 0);
}

TEST_F(Pressure, SendersThatAskForRoomLoseNothingAndHoldNoThread) {
  auto result = std::make_shared<answers>();
  auto dest = client.peer_doubler();
  // More senders than threads.
  for (int i = 0; i < 8; ++i)
    client.system.spawn([=](caf::event_based_actor* self) {
      send_politely(self, dest, 10, result);
    });
  client.self->request(client.doubler, patience, int32_t{4})
      .receive([](int32_t x) { EXPECT_EQ(x, 8); },
               [](const caf::error& e) { FAIL() << describe(e); });
  EXPECT_EQ(result->all(), 0);
  network.resume();
  ASSERT_TRUE(eventually(patience, [&] { return result->all() == 80; }));
  EXPECT_EQ(result->good, 80);
}

TEST_F(Pressure, WhatWasNotSentIsADeadLetterWhenThePeerIsLost) {
  client.system.registry().put(
      dead_letter_listener,
      caf::actor_cast<caf::strong_actor_ptr>(client.self));
  for (int i = 0; i < 3; ++i)
    caf::anon_send(client.peer_doubler(), std::string(mebi, 'x'));
  caf::anon_send(client.peer_doubler(), int32_t{1});
  network.cut();
  for (int i = 0; i < 4; ++i)
    client.self->receive(
        [&](const dead_letter& x) {
          EXPECT_EQ(x.reason, errc::link_lost);
          EXPECT_EQ(x.peer, "server");
          EXPECT_TRUE(x.content == "@str" || x.content == "@i32") << x.content;
        },
        caf::after(patience) >> [] { FAIL() << "nothing was reported"; });
  client.system.registry().erase(dead_letter_listener);
}

TEST_F(Pressure, ALossIsToldToThoseWhoWaitForRoom) {
  auto result = std::make_shared<answers>();
  auto dest = client.peer_doubler();
  client.system.spawn([=](caf::event_based_actor* self) {
    send_politely(self, dest, 100, result);
  });
  network.cut();
  ASSERT_TRUE(eventually(patience, [&] { return result->other > 0; }));
  EXPECT_EQ(result->good, 0);
}

TEST_F(PatientPressure, ASenderWaitsAndLosesNothing) {
  auto result = send_requests(client, 100);
  EXPECT_FALSE(eventually(200ms, [&] { return result->all() > 0; }));
  network.resume();
  ASSERT_TRUE(eventually(patience, [&] { return result->all() == 100; }));
  EXPECT_EQ(result->good, 100);
}

TEST_F(HastyPressure, ASenderWaitsOnlySoLong) {
  auto result = send_requests(client, 20);
  ASSERT_TRUE(eventually(patience, [&] { return result->link_full > 0; }));
  network.resume();
  ASSERT_TRUE(eventually(patience, [&] { return result->all() == 20; }));
  EXPECT_EQ(result->other, 0);
}

TEST_F(PatientPressure, ALossWakesWhoWaits) {
  auto result = send_requests(client, 100);
  EXPECT_FALSE(eventually(100ms, [&] { return result->all() > 0; }));
  network.cut();
  ASSERT_TRUE(eventually(patience, [&] { return result->all() == 100; }));
  EXPECT_EQ(result->good, 0);
}

TEST(ReceiverThatStopsReading, IsCutOffWhenItAsksForMoreAndMore) {
  auto options = small_options(0s);
  options.max_unsent_bytes = 64 << 10;
  link_end server{"server", options};
  test::stranger peer{server.address()};
  ASSERT_NE(peer.join(), 0u);
  ASSERT_TRUE(server.saw({peer_change::up}));
  // Each of them is answered: there is no such actor.
  std::string records;
  for (uint64_t id = 1'000'000; records.size() < (1 << 20); ++id)
    write_record(records, monitor_record{id, 0});
  auto cut = false;
  for (uint64_t sequence = 1; sequence < 20 && !cut; ++sequence) {
    std::string bytes;
    write_frame_header(bytes, {sequence, 0, records.size()});
    cut = !peer.try_send_packed(bytes + records);
  }
  EXPECT_TRUE(server.saw({peer_change::up, peer_change::lost}));
  EXPECT_NE(server.last().cause.find("it reads too slowly"), std::string::npos)
      << server.last().cause;
}

TEST(ReceiverThatStopsReading, CostsTheSenderLittleMemory) {
  link_end server{"server", small_options(0s)};
  test::stranger peer{server.address()};
  auto greeting = test::stranger::greeting();
  greeting.mutable_services()->insert({"doubler", 7});
  peer.hello(greeting);
  ASSERT_TRUE(peer.read());
  ASSERT_TRUE(server.saw({peer_change::up}));
  auto lost = std::make_shared<std::atomic<int>>(0);
  auto listener = server.system.spawn([=](caf::event_based_actor*) {
    return caf::behavior{[=](const dead_letter& x) {
      if (x.reason == errc::link_full && x.peer == "stranger")
        ++*lost;
    }};
  });
  server.system.registry().put(dead_letter_listener, listener);
  auto before = resident_bytes();
  for (int i = 0; i < 1'000; ++i)
    caf::anon_send(server.peer_doubler(), std::string(mebi, 'x'));
  EXPECT_LT(resident_bytes() - before, 64 * mebi);
  server.self->request(server.peer_doubler(), 10s, std::string(mebi, 'x'))
      .receive([](const std::string&) { FAIL() << "nobody reads it"; },
               [](const caf::error& why) { EXPECT_EQ(why, errc::link_full); });
  EXPECT_TRUE(eventually(patience, [&] { return *lost > 900; }));
  server.system.registry().erase(dead_letter_listener);
  caf::anon_send_exit(listener, caf::exit_reason::user_shutdown);
}

} // namespace troupe
