// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <utility>

#include "caf/expected.hpp"

#include "troupe/base/address.hpp"

namespace web {

/// A descriptor that is closed with its owner.
class unique_fd {
public:
  explicit unique_fd(int fd = -1) noexcept : fd_(fd) {
    // nop
  }

  unique_fd(unique_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {
    // nop
  }

  unique_fd& operator=(unique_fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  ~unique_fd();

  int get() const noexcept {
    return fd_;
  }

private:
  int fd_;
};

/// A socket that accepts connections.
struct listener {
  unique_fd socket;
  uint16_t port;
};

/// Opens a port for connections.
/// @returns `errc::address_in_use` or `cannot_listen` with one line that names
///          the address.
caf::expected<listener> open_listener(const troupe::address& where);

/// Accepts a connection, as one that blocks nowhere and is not inherited.
/// @returns an empty descriptor if there is none.
unique_fd accept_connection(const listener& from);

} // namespace web
