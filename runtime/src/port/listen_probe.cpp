// SPDX-License-Identifier: Apache-2.0

#include "port/listen_probe.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

#include "troupe/base/address.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

constexpr std::string_view unix_prefix = "unix:";

using addrinfo_ptr = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

/// Where a socket is bound or connected to.
struct target {
  sockaddr_storage storage{};
  socklen_t size = 0;

  int family() const noexcept {
    return storage.ss_family;
  }

  const sockaddr* get() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

class socket_guard {
public:
  explicit socket_guard(const target& x)
      : fd_(socket(x.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
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

/// The path of `unix:PATH`, nothing for other addresses.
std::optional<std::string_view> socket_path(std::string_view address) {
  if (!address.starts_with(unix_prefix))
    return std::nullopt;
  return address.substr(unix_prefix.size());
}

std::optional<target> resolve_path(std::string_view path, std::string& why) {
  target result;
  auto& addr = reinterpret_cast<sockaddr_un&>(result.storage);
  if (!path.starts_with('/') || path.find('\0') != path.npos
      || path.size() >= sizeof(addr.sun_path)) {
    why = fmt::format("a socket needs an absolute path of at most {} bytes",
                      sizeof(addr.sun_path) - 1);
    return std::nullopt;
  }
  addr.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), addr.sun_path);
  result.size = sizeof(addr);
  return result;
}

/// Resolves `text`; without a result `why` tells the reason.
std::optional<target> resolve(const std::string& text, std::string& why) {
  if (auto path = socket_path(text))
    return resolve_path(*path, why);
  auto parsed = parse_address(text);
  if (!parsed) {
    why = describe(parsed.error());
    return std::nullopt;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto port = std::to_string(parsed->port);
  if (auto code =
          getaddrinfo(parsed->host.c_str(), port.c_str(), &hints, &found)) {
    why = gai_strerror(code);
    return std::nullopt;
  }
  addrinfo_ptr guard{found, freeaddrinfo};
  target result;
  std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
  result.size = found->ai_addrlen;
  return result;
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

/// Connects, and closes the connection again.
/// @returns an error number, 0 on success.
int try_connect(const target& where, std::chrono::milliseconds timeout) {
  socket_guard sock{where};
  if (sock.fd() >= 0 && connect(sock.fd(), where.get(), where.size) == 0)
    return 0;
  return errno == EINPROGRESS ? finish_connect(sock.fd(), timeout) : errno;
}

} // namespace

caf::error probe_listen(const std::string& address) {
  auto fail = [&](errc code, std::string_view why) {
    return make_error(code,
                      fmt::format("cannot listen on {}: {}", address, why));
  };
  std::string why;
  auto where = resolve(address, why);
  if (!where)
    return fail(errc::cannot_listen, why);
  socket_guard sock{*where};
  if (auto path = socket_path(address)) {
    // Who binds such a socket replaces the file, also that of a living server.
    if (connect(sock.fd(), where->get(), where->size) == 0)
      return fail(errc::address_in_use, "another process listens there");
    std::string directory{path->substr(0, path->rfind('/') + 1)};
    if (access(directory.c_str(), W_OK | X_OK) != 0)
      return fail(errc::cannot_listen, std::strerror(errno));
    return {};
  }
  // As every server does: connections of a former owner of the port that
  // linger in TIME_WAIT do not make it taken.
  int on = 1;
  setsockopt(sock.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (sock.fd() >= 0 && bind(sock.fd(), where->get(), where->size) == 0
      && listen(sock.fd(), 1) == 0)
    return {};
  return fail(errno == EADDRINUSE ? errc::address_in_use : errc::cannot_listen,
              std::strerror(errno));
}

caf::error probe_connect(const std::string& address,
                         std::chrono::milliseconds timeout) {
  std::string why;
  auto where = resolve(address, why);
  if (!where)
    return make_error(errc::peer_unreachable, std::move(why));
  auto code = try_connect(*where, timeout);
  if (code == 0)
    return {};
  return make_error(errc::peer_unreachable, std::strerror(code));
}

bool refuses_connections(const std::string& address,
                         std::chrono::milliseconds timeout) {
  std::string why;
  auto where = resolve(address, why);
  return where && try_connect(*where, timeout) == ECONNREFUSED;
}

} // namespace troupe
