// SPDX-License-Identifier: Apache-2.0

#include "listening_socket.hpp"

#include <cerrno>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fib_app {

listening_socket::listening_socket()
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in x{};
  x.sin_family = AF_INET;
  x.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(x);
  auto* name = reinterpret_cast<sockaddr*>(&x);
  if (fd_ < 0 || ::bind(fd_, name, size) != 0 || ::listen(fd_, 16) != 0
      || ::getsockname(fd_, name, &size) != 0)
    throw std::system_error{errno, std::generic_category()};
  address_ = "127.0.0.1:" + std::to_string(ntohs(x.sin_port));
}

listening_socket::~listening_socket() {
  ::close(fd_);
}

} // namespace fib_app
