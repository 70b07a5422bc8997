// SPDX-License-Identifier: Apache-2.0

// Links between processes of one host.

#include <string>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "link_end.hpp"
#include "support/temp_dir.hpp"

namespace troupe {

namespace {

using test::link_end;
using test::link_options;

struct UnixSocket : testing::Test {
  test::temp_dir directory;
  std::string address = "unix:" + directory.file("socket");
};

hub_options with_token(std::string token) {
  auto result = link_options();
  result.expected_token = std::move(token);
  return result;
}

} // namespace

TEST_F(UnixSocket, CarriesRequests) {
  link_end server{"server", link_options(), address};
  ASSERT_FALSE(server.failure) << describe(server.failure);
  EXPECT_EQ(server.ends->port(), 0);
  link_end client{"client", link_options(), std::nullopt};
  ASSERT_FALSE(client.dial(address));
  EXPECT_EQ(client.ask(21), 42);
}

TEST_F(UnixSocket, IsNotTakenFromALivingServer) {
  link_end server{"server", link_options(), address};
  link_end other{"other", link_options(), address};
  EXPECT_EQ(other.failure, errc::address_in_use);
  EXPECT_EQ(describe(other.failure),
            "cannot listen on " + address + ": another process listens there");
  link_end client{"client", link_options(), std::nullopt};
  EXPECT_FALSE(client.dial(address));
}

TEST_F(UnixSocket, OfADeadServerIsReplaced) {
  auto fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  directory.file("socket").copy(where.sun_path, sizeof(where.sun_path) - 1);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&where), sizeof(where)), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  close(fd);
  link_end server{"server", link_options(), address};
  ASSERT_FALSE(server.failure) << describe(server.failure);
  link_end client{"client", link_options(), std::nullopt};
  EXPECT_FALSE(client.dial(address));
}

TEST_F(UnixSocket, WithoutADirectoryIsNamed) {
  auto missing = "unix:" + directory.file("no/such/socket");
  link_end server{"server", link_options(), missing};
  EXPECT_EQ(server.failure, errc::cannot_listen);
  EXPECT_EQ(describe(server.failure),
            "cannot listen on " + missing + ": No such file or directory");
}

TEST_F(UnixSocket, WithTooLongAPathIsNamed) {
  auto path = "unix:/" + std::string(107, 'x');
  link_end server{"server", link_options(), path};
  EXPECT_EQ(server.failure, errc::cannot_listen);
  EXPECT_EQ(describe(server.failure),
            "cannot listen on " + path
                + ": a socket needs an absolute path of at most 107 bytes");
}

TEST_F(UnixSocket, WithoutAServerIsUnreachable) {
  link_end client{"client", link_options(), std::nullopt};
  auto err = client.dial(address);
  EXPECT_EQ(err, errc::peer_unreachable);
  EXPECT_EQ(describe(err),
            "cannot join " + address + ": No such file or directory");
}

TEST_F(UnixSocket, AdmitsWhoShowsTheToken) {
  link_end server{"server", with_token("sesame"), address};
  link_end client{"client", link_options(), std::nullopt, "sesame"};
  ASSERT_FALSE(client.dial(address));
  EXPECT_EQ(client.ask(4), 8);
}

TEST_F(UnixSocket, RefusesWhoShowsAnotherTokenOrNone) {
  link_end server{"server", with_token("sesame"), address};
  for (auto token : {"", "sesam", "sesame!"}) {
    link_end client{"client", link_options(), std::nullopt, token};
    auto err = client.dial(address);
    EXPECT_EQ(err, errc::wrong_token) << token;
    EXPECT_EQ(describe(err),
              "cannot join " + address + ": node client shows a wrong token");
  }
  EXPECT_TRUE(server.how().empty());
}

} // namespace troupe
