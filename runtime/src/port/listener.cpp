// SPDX-License-Identifier: Apache-2.0

#include "port/listener.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

#include "troupe/base/address.hpp"
#include "troupe/base/errc.hpp"

#include "port/listen_probe.hpp"

namespace troupe {

namespace {

constexpr std::string_view unix_prefix = "unix:";

constexpr size_t max_accepted_at_once = 16;

using addrinfo_ptr = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

caf::error fail(const std::string& address, std::string_view why, int code) {
  return make_error(code == EADDRINUSE ? errc::address_in_use
                                       : errc::cannot_listen,
                    fmt::format("cannot listen on {}: {}", address, why));
}

/// @returns the socket, or -1 with `errno`.
int open_socket(const sockaddr* where, socklen_t size) {
  auto fd =
      socket(where->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return -1;
  int on = 1;
  if (where->sa_family != AF_UNIX) {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    // Inherited by what is accepted.
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  if (where->sa_family == AF_INET6) {
    // Serves the other family as well where the address says so.
    int off = 0;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  if (bind(fd, where, size) == 0 && listen(fd, SOMAXCONN) == 0)
    return fd;
  auto problem = errno;
  close(fd);
  errno = problem;
  return -1;
}

uint16_t port_of(int fd) {
  sockaddr_storage own{};
  socklen_t size = sizeof(own);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) != 0)
    return 0;
  return ntohs(own.ss_family == AF_INET6
                   ? reinterpret_cast<sockaddr_in6&>(own).sin6_port
                   : reinterpret_cast<sockaddr_in&>(own).sin_port);
}

void set_port(sockaddr* where, uint16_t port) {
  if (where->sa_family == AF_INET6)
    reinterpret_cast<sockaddr_in6*>(where)->sin6_port = htons(port);
  else
    reinterpret_cast<sockaddr_in*>(where)->sin_port = htons(port);
}

} // namespace

accepted_socket::~accepted_socket() {
  if (fd_ >= 0)
    close(fd_);
}

caf::expected<accepted_socket::peer> accepted_socket::who() const {
  ucred found{};
  socklen_t size = sizeof(found);
  if (getsockopt(fd_, SOL_SOCKET, SO_PEERCRED, &found, &size) != 0)
    return make_error(errc::peer_not_trusted,
                      fmt::format("the system does not tell who connects: {}",
                                  std::strerror(errno)));
  return peer{found.pid, found.uid};
}

bool accepted_socket::is_hung_up() const noexcept {
  pollfd state{fd_, 0, 0};
  return poll(&state, 1, 0) == 1 && (state.revents & POLLHUP) != 0;
}

caf::expected<listener> listener::open(const std::string& address) {
  // Says what is wrong with the address, and leaves living servers alone.
  if (auto err = probe_listen(address))
    return err;
  listener result;
  if (address.starts_with(unix_prefix)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    auto path = address.substr(unix_prefix.size());
    std::copy(path.begin(), path.end(), where.sun_path);
    unlink(path.c_str());
    auto fd = open_socket(reinterpret_cast<sockaddr*>(&where), sizeof(where));
    if (fd < 0)
      return fail(address, std::strerror(errno), errno);
    result.sockets_.push_back(fd);
    result.is_unix_ = true;
    return result;
  }
  auto parsed = parse_address(address);
  if (!parsed)
    return std::move(parsed.error());
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  auto port = std::to_string(parsed->port);
  if (auto code =
          getaddrinfo(parsed->host.c_str(), port.c_str(), &hints, &found))
    return fail(address, gai_strerror(code), 0);
  addrinfo_ptr guard{found, freeaddrinfo};
  auto problem = 0;
  for (auto i = found; i != nullptr; i = i->ai_next) {
    // The second address of a host gets the port of the first.
    if (result.port_ != 0)
      set_port(i->ai_addr, result.port_);
    auto fd = open_socket(i->ai_addr, i->ai_addrlen);
    if (fd < 0) {
      problem = errno;
      continue;
    }
    result.sockets_.push_back(fd);
    result.port_ = port_of(fd);
  }
  if (result.sockets_.empty())
    return fail(address, std::strerror(problem), problem);
  return result;
}

listener::~listener() {
  for (auto fd : sockets_)
    close(fd);
}

listener::result listener::accept(int socket) const {
  result found;
  while (found.accepted.size() < max_accepted_at_once) {
    auto fd = accept4(socket, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
      found.accepted.emplace_back(fd, socket);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS
               || errno == ENOMEM) {
      found.then = state::exhausted;
      break;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      break;
    }
  }
  return found;
}

} // namespace troupe
