// SPDX-License-Identifier: Apache-2.0

#include "port/listen_probe.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "troupe/base/address.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

using addrinfo_ptr = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

class socket_guard {
public:
  explicit socket_guard(const addrinfo& x)
      : fd_(socket(x.ai_family, x.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                   x.ai_protocol)) {
    // nop
  }

  ~socket_guard() {
    if (fd_ >= 0)
      close(fd_);
  }

  socket_guard(const socket_guard&) = delete;
  socket_guard& operator=(const socket_guard&) = delete;

  int fd() const noexcept {
    return fd_;
  }

private:
  int fd_;
};

/// Resolves `text`; on failure the result is null and `why` tells the reason.
addrinfo_ptr resolve(const std::string& text, std::string& why) {
  addrinfo* result = nullptr;
  auto parsed = parse_address(text);
  if (!parsed) {
    why = describe(parsed.error());
  } else {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    auto port = std::to_string(parsed->port);
    if (auto code =
            getaddrinfo(parsed->host.c_str(), port.c_str(), &hints, &result))
      why = gai_strerror(code);
  }
  return {result, freeaddrinfo};
}

/// Waits for a connect under way.
/// @returns its error number, 0 on success.
int finish_connect(int fd, std::chrono::milliseconds timeout) {
  pollfd events{fd, POLLOUT, 0};
  if (poll(&events, 1, static_cast<int>(timeout.count())) != 1)
    return ETIMEDOUT;
  int result = 0;
  socklen_t size = sizeof(result);
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size);
  return result;
}

} // namespace

caf::error probe_listen(const std::string& address) {
  std::string why;
  auto info = resolve(address, why);
  if (!info)
    return make_error(errc::cannot_listen,
                      fmt::format("cannot listen on {}: {}", address, why));
  socket_guard sock{*info};
  // As every server does: connections of a former owner of the port that
  // linger in TIME_WAIT do not make it taken.
  int on = 1;
  setsockopt(sock.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (sock.fd() >= 0 && bind(sock.fd(), info->ai_addr, info->ai_addrlen) == 0
      && listen(sock.fd(), 1) == 0)
    return {};
  auto code = errno == EADDRINUSE ? errc::address_in_use : errc::cannot_listen;
  return make_error(code, fmt::format("cannot listen on {}: {}", address,
                                      std::strerror(errno)));
}

caf::error probe_connect(const std::string& address,
                         std::chrono::milliseconds timeout) {
  std::string why;
  auto info = resolve(address, why);
  if (!info)
    return make_error(errc::peer_unreachable, std::move(why));
  socket_guard sock{*info};
  auto code = 0;
  if (sock.fd() < 0 || connect(sock.fd(), info->ai_addr, info->ai_addrlen) != 0)
    code = errno == EINPROGRESS ? finish_connect(sock.fd(), timeout) : errno;
  if (code == 0)
    return {};
  return make_error(errc::peer_unreachable, std::strerror(code));
}

} // namespace troupe
