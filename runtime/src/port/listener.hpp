// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "caf/error.hpp"
#include "caf/expected.hpp"

namespace troupe {

/// A connection that was accepted. Owns it.
class accepted_socket {
public:
  accepted_socket(int fd, int listener) : fd_(fd), listener_(listener) {
    // nop
  }

  accepted_socket(accepted_socket&& x) noexcept
      : fd_(std::exchange(x.fd_, -1)), listener_(x.listener_) {
    // nop
  }

  ~accepted_socket();

  accepted_socket& operator=(accepted_socket&&) = delete;

  int listener() const noexcept {
    return listener_;
  }

  /// Gives it away.
  int release() noexcept {
    return std::exchange(fd_, -1);
  }

  /// Whoever is at the other end of a unix socket.
  struct peer {
    pid_t pid;
    uid_t user;
  };

  /// Returns what the kernel knows of the other end.
  /// @pre it is a unix socket
  caf::expected<peer> who() const;

  /// Returns whether the other end is gone already.
  bool is_hung_up() const noexcept;

private:
  int fd_;
  int listener_;
};

/// Sockets that listen at an address.
class listener {
public:
  /// Opens `HOST:PORT`, on each address that the host has (port 0 picks a free
  /// one), or `unix:PATH`, where it replaces a socket that nobody listens on.
  /// @returns `errc::address_in_use` or `errc::cannot_listen` with the
  ///          system's reason.
  static caf::expected<listener> open(const std::string& address);

  listener(listener&& x) noexcept
      : sockets_(std::exchange(x.sockets_, {})),
        port_(x.port_),
        is_unix_(x.is_unix_) {
    // nop
  }

  ~listener();

  listener& operator=(listener&&) = delete;

  const std::vector<int>& sockets() const noexcept {
    return sockets_;
  }

  /// Returns the port, 0 for a unix socket.
  uint16_t port() const noexcept {
    return port_;
  }

  bool is_unix() const noexcept {
    return is_unix_;
  }

  /// What `accept` has come to.
  enum class state : uint8_t {
    /// There is nobody, or whoever it was is gone again.
    nobody = 1,
    /// The process or the host has no descriptor or no memory to spare.
    exhausted,
  };

  struct result {
    std::vector<accepted_socket> accepted;
    state then = state::nobody;
  };

  /// Takes whoever waits at one of the sockets, at most 16.
  result accept(int socket) const;

private:
  listener() = default;

  std::vector<int> sockets_;
  uint16_t port_ = 0;
  bool is_unix_ = false;
};

} // namespace troupe
