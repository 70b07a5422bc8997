// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

namespace fib_app {

/// A port of this host that somebody else has: connections are accepted, and
/// nothing is ever said.
class listening_socket {
public:
  listening_socket();
  ~listening_socket();

  listening_socket(const listening_socket&) = delete;
  listening_socket& operator=(const listening_socket&) = delete;

  const std::string& address() const noexcept {
    return address_;
  }

private:
  int fd_;
  std::string address_;
};

} // namespace fib_app
