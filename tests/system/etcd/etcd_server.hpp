// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace troupe::test {

/// A real etcd with a store of its own, on loopback.
class etcd_server {
public:
  /// Starts it and waits until it serves; fails the test otherwise.
  etcd_server();

  /// Returns why there is no etcd on this machine, or nothing if there is.
  static std::optional<std::string> unavailable();

  /// `HOST:PORT` for clients.
  std::string address() const;

  /// Starts it again with the same address and store.
  void start();

  /// Ends it as a power cut does.
  void kill();

  process& program() {
    return *process_;
  }

private:
  temp_dir dir_;
  uint16_t client_port_;
  uint16_t peer_port_;
  std::optional<process> process_;
};

} // namespace troupe::test
