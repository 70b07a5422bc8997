// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace troupe::test {

/// A loopback socket that listens, or connects to `port`.
class raw_socket {
public:
  explicit raw_socket(uint16_t port = 0)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(port);
    auto addr = reinterpret_cast<sockaddr*>(&where);
    socklen_t size = sizeof(where);
    ok_ = port == 0 ? bind(fd_, addr, size) == 0 && listen(fd_, 8) == 0
                    : connect(fd_, addr, size) == 0;
    getsockname(fd_, addr, &size);
    port_ = ntohs(where.sin_port);
  }

  ~raw_socket() {
    close(fd_);
  }

  raw_socket(const raw_socket&) = delete;
  raw_socket& operator=(const raw_socket&) = delete;

  bool ok() const {
    return ok_;
  }

  int fd() const {
    return fd_;
  }

  std::string address() const {
    return "127.0.0.1:" + std::to_string(port_);
  }

  bool send(const std::string& bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
           == static_cast<ssize_t>(bytes.size());
  }

  /// Returns whether the far side closes the connection in time.
  bool closed_within(std::chrono::milliseconds timeout) {
    auto end = std::chrono::steady_clock::now() + timeout;
    char buffer[256];
    pollfd events{fd_, POLLIN, 0};
    while (std::chrono::steady_clock::now() < end)
      if (poll(&events, 1, 50) == 1
          && recv(fd_, buffer, sizeof(buffer), 0) <= 0)
        return true;
    return false;
  }

private:
  int fd_;
  bool ok_ = false;
  uint16_t port_ = 0;
};

} // namespace troupe::test
