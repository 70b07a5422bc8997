// SPDX-License-Identifier: Apache-2.0

#include "web/listener.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "troupe/base/errc.hpp"

namespace web {

namespace {

using troupe::errc;

constexpr int backlog = 511;

struct addresses_delete {
  void operator()(addrinfo* x) const noexcept {
    freeaddrinfo(x);
  }
};

using addresses = std::unique_ptr<addrinfo, addresses_delete>;

caf::error cannot_listen(const troupe::address& where, int reason) {
  auto code = reason == EADDRINUSE ? errc::address_in_use : errc::cannot_listen;
  return make_error(code, "cannot listen on " + to_string(where) + ": "
                              + std::strerror(reason));
}

uint16_t port_of(int socket) {
  sockaddr_storage name{};
  socklen_t size = sizeof(name);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&name), &size) != 0)
    return 0;
  return name.ss_family == AF_INET6
             ? ntohs(reinterpret_cast<sockaddr_in6&>(name).sin6_port)
             : ntohs(reinterpret_cast<sockaddr_in&>(name).sin_port);
}

} // namespace

unique_fd::~unique_fd() {
  if (fd_ >= 0)
    close(fd_);
}

caf::expected<listener> open_listener(const troupe::address& where) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  auto failure = getaddrinfo(where.host.c_str(),
                             std::to_string(where.port).c_str(), &hints, &list);
  if (failure != 0)
    return make_error(errc::cannot_listen, "cannot listen on "
                                               + to_string(where) + ": "
                                               + gai_strerror(failure));
  addresses owner{list};
  unique_fd result{
      ::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (result.get() < 0)
    return cannot_listen(where, errno);
  int yes = 1;
  setsockopt(result.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (bind(result.get(), list->ai_addr, list->ai_addrlen) != 0
      || listen(result.get(), backlog) != 0)
    return cannot_listen(where, errno);
  auto port = port_of(result.get());
  return listener{std::move(result), port};
}

unique_fd accept_connection(const listener& from) {
  unique_fd result{accept4(from.socket.get(), nullptr, nullptr,
                           SOCK_CLOEXEC | SOCK_NONBLOCK)};
  if (result.get() >= 0) {
    int yes = 1;
    setsockopt(result.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  }
  return result;
}

} // namespace web
