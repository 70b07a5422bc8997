// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/process.hpp"

namespace troupe::test {

/// Two network namespaces joined by a cable: two hosts without the hosts.
///
/// Each has a loopback device and one end of the cable, and nothing else. The
/// destructor removes both; what still runs inside keeps its namespace until it
/// ends. Namespaces that a killed test left behind are removed by the next one.
class net_namespaces {
public:
  enum class side : uint8_t {
    left = 1,
    right,
  };

  /// Returns why this machine does not permit namespaces (not root, no `ip`, a
  /// container without the privilege), or nothing if it does.
  static std::optional<std::string> unavailable();

  /// Throws `std::runtime_error`, and leaves nothing behind, if a step fails.
  net_namespaces();

  net_namespaces(const net_namespaces&) = delete;
  net_namespaces& operator=(const net_namespaces&) = delete;

  /// Returns what the names of both namespaces begin with: `troupe-PID-N`.
  const std::string& prefix() const noexcept {
    return prefix_;
  }

  /// Returns the IPv4 address of one end of the cable.
  static std::string address(side x);

  /// Returns `x` as a command that runs inside. The process id is that of the
  /// program itself.
  command inside(side where, command x) const;

  /// Unplugs the cable: both ends fall silent, no connection is closed.
  void unplug();

  /// Plugs the cable in again.
  void plug();

private:
  class name_space {
  public:
    explicit name_space(std::string name);
    ~name_space();

    name_space(const name_space&) = delete;
    name_space& operator=(const name_space&) = delete;

    const std::string& name() const noexcept {
      return name_;
    }

  private:
    std::string name_;
  };

  const name_space& at(side x) const noexcept {
    return x == side::left ? left_ : right_;
  }

  std::string prefix_;
  name_space left_;
  name_space right_;
};

} // namespace troupe::test
