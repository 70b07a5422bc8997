// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "caf/expected.hpp"

namespace troupe {

/// A host and a TCP port.
struct address {
  /// A host name, an IPv4 address or an IPv6 address without brackets.
  std::string host;

  uint16_t port = 0;

  friend bool operator==(const address&, const address&) = default;
};

/// Reads `HOST:PORT` or `[IPV6]:PORT` with a port from 0 to 65535, such as
/// `127.0.0.1:4000`, `node-1.example:4000` or `[::1]:0`.
///
/// Only looks at the text: a host name is not resolved. IPv6 addresses with a
/// zone (`fe80::1%eth0`) are not accepted.
/// @returns the address, or `errc::invalid_address` with one line that says
///          what is wrong.
caf::expected<address> parse_address(std::string_view text);

/// Returns the text that `parse_address` reads.
/// @relates address
std::string to_string(const address& x);

/// Returns whether `x` surely stays on this host: `localhost`, 127.0.0.0/8 or
/// `::1`. Other host names count as foreign, whatever they resolve to.
/// @relates address
bool is_loopback(const address& x);

} // namespace troupe
