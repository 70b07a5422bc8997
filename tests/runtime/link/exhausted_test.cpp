// SPDX-License-Identifier: Apache-2.0

// A process without descriptors to spare.

#include <chrono>
#include <string>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "link_end.hpp"

namespace troupe {

namespace {

using namespace std::chrono_literals;

using test::eventually;
using test::link_end;

constexpr auto patience = 20s;

/// Lets the process open no further descriptors, while it lives.
class no_descriptors {
public:
  no_descriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    auto few = before_;
    few.rlim_cur = std::min<rlim_t>(before_.rlim_cur, 512);
    setrlimit(RLIMIT_NOFILE, &few);
    for (auto fd = dup(0); fd >= 0; fd = dup(0))
      taken_.push_back(fd);
  }

  ~no_descriptors() {
    for (auto fd : taken_)
      close(fd);
    setrlimit(RLIMIT_NOFILE, &before_);
  }

private:
  rlimit before_{};
  std::vector<int> taken_;
};

/// What is written to standard error, while it lives.
class error_lines {
public:
  error_lines() : kept_(dup(2)) {
    EXPECT_EQ(pipe2(ends_, O_NONBLOCK), 0);
    dup2(ends_[1], 2);
  }

  ~error_lines() {
    dup2(kept_, 2);
    for (auto fd : {kept_, ends_[0], ends_[1]})
      close(fd);
  }

  bool have(const std::string& part) {
    char buffer[4096];
    for (ssize_t n = 0; (n = read(ends_[0], buffer, sizeof(buffer))) > 0;)
      text_.append(buffer, static_cast<size_t>(n));
    return text_.find(part) != std::string::npos;
  }

private:
  int kept_;
  int ends_[2] = {-1, -1};
  std::string text_;
};

/// A socket that exists, but is not connected yet.
class idle_socket {
public:
  idle_socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    // nop
  }

  ~idle_socket() {
    close(fd_);
  }

  bool connect_to(uint16_t port) const {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(fd_, reinterpret_cast<sockaddr*>(&where), sizeof(where))
           == 0;
  }

private:
  int fd_;
};

} // namespace

TEST(ExhaustedDescriptors, EndNeitherLinksNorAccepting) {
  link_end server{"server"};
  link_end client{"client", test::link_options(), std::nullopt};
  ASSERT_FALSE(client.dial(server.address()));
  ASSERT_EQ(client.ask(1), 2);
  {
    idle_socket newcomer;
    error_lines log;
    no_descriptors none;
    ASSERT_TRUE(newcomer.connect_to(server.ends->port()));
    EXPECT_TRUE(eventually(patience,
                           [&] { return log.have("no descriptor is left"); }));
    EXPECT_EQ(client.ask(2), 4);
  }
  link_end later{"later", test::link_options(), std::nullopt};
  ASSERT_FALSE(later.dial(server.address()));
  EXPECT_EQ(later.ask(3), 6);
  EXPECT_EQ(client.ask(4), 8);
}

} // namespace troupe
