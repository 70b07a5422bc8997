// SPDX-License-Identifier: Apache-2.0

// Other programs at the far end of a link.

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "caf/actor_system.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/remote/node.hpp"

#include "support/raw_socket.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using test::raw_socket;

struct Strangers : testing::Test {
  caf::error join(const std::string& address) {
    node_options options;
    options.name = "a";
    options.join = {address};
    options.connect_timeout = 1s;
    auto result = node::open(system, options);
    return result ? caf::error{} : result.error();
  }

  config cfg;
  caf::actor_system system{cfg};
};

} // namespace

TEST_F(Strangers, AServerThatSaysNothingIsGivenUpInTime) {
  raw_socket server;
  ASSERT_TRUE(server.ok());
  auto begin = std::chrono::steady_clock::now();
  auto err = join(server.address());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
  EXPECT_EQ(describe(err), "cannot join " + server.address()
                               + ": it did not complete the handshake in time");
  EXPECT_EQ(err.code(), static_cast<uint8_t>(errc::not_a_troupe_peer));
}

TEST_F(Strangers, AnHttpServerIsNamedAsAnotherProgram) {
  raw_socket server;
  ASSERT_TRUE(server.ok());
  std::thread answer{[&] {
    for (int i = 0; i < 8; ++i) {
      pollfd events{server.fd(), POLLIN, 0};
      if (poll(&events, 1, 1'500) != 1)
        return;
      auto client = accept(server.fd(), nullptr, nullptr);
      std::string reply = "HTTP/1.1 400 Bad Request\r\n"
                          "Content-Length: 0\r\nConnection: close\r\n\r\n";
      static_cast<void>(
          ::send(client, reply.data(), reply.size(), MSG_NOSIGNAL));
      shutdown(client, SHUT_WR);
      char buffer[256];
      while (recv(client, buffer, sizeof(buffer), 0) > 0)
        ; // until the node hangs up
      close(client);
    }
  }};
  auto err = join(server.address());
  answer.join();
  EXPECT_EQ(describe(err),
            "cannot join " + server.address()
                + ": another program than a troupe node answers there");
  EXPECT_EQ(err.code(), static_cast<uint8_t>(errc::not_a_troupe_peer));
}

TEST_F(Strangers, GarbageAndSilenceAreCutOffAndPeersAreStillServed) {
  node_options options;
  options.name = "server";
  options.listen = "127.0.0.1:0";
  options.connect_timeout = 1s;
  auto server = node::open(system, options);
  ASSERT_TRUE(server) << describe(server.error());
  raw_socket garbage{server->port()};
  raw_socket silent{server->port()};
  ASSERT_TRUE(garbage.ok() && silent.ok());
  ASSERT_TRUE(garbage.send(std::string(4096, '\x9f')));
  EXPECT_TRUE(garbage.closed_within(3s));
  EXPECT_TRUE(silent.closed_within(5s));
  config other_cfg;
  caf::actor_system other{other_cfg};
  node_options joiner;
  joiner.name = "joiner";
  joiner.join = {"127.0.0.1:" + std::to_string(server->port())};
  auto result = node::open(other, joiner);
  EXPECT_TRUE(result) << describe(result.error());
}

TEST_F(Strangers, ANodeWithOtherMessageTypesIsRefusedByBothSides) {
  config other_cfg;
  other_cfg.add_message_type<std::vector<double>>("vector<double>");
  caf::actor_system other{other_cfg};
  node_options options;
  options.name = "b";
  options.listen = "127.0.0.1:0";
  auto server = node::open(other, options);
  ASSERT_TRUE(server) << describe(server.error());
  auto address = "127.0.0.1:" + std::to_string(server->port());
  auto err = join(address);
  EXPECT_EQ(err.code(), static_cast<uint8_t>(errc::type_table_mismatch));
  EXPECT_EQ(describe(err),
            "cannot join " + address
                + ": nodes a and b were built with different message types");
}

} // namespace troupe
