// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/timespan.hpp"

#include "link/hub.hpp"

namespace troupe {

/// Opens links: accepts them at an address and dials others.
///
/// An address is `HOST:PORT`, or `unix:PATH` with an absolute path of a socket,
/// at most 107 bytes. Whoever can reach the socket can greet, so it belongs in
/// a directory of mode 0700 that the caller has made.
class endpoint {
public:
  /// @param listen Address to accept links on; port 0 picks a free one. A
  ///               socket that nobody listens on any more is replaced.
  /// @returns `errc::address_in_use` or `errc::cannot_listen` on failure.
  static caf::expected<std::unique_ptr<endpoint>>
  open(std::shared_ptr<hub> owner, const std::optional<std::string>& listen);

  ~endpoint();

  /// Links to the node at `address`. Blocks at most `timeout`.
  /// @returns `none` also when that node is linked already; otherwise the
  ///          peer's refusal, `peer_unreachable` or `not_a_troupe_peer`.
  caf::error dial(const std::string& address, caf::timespan timeout);

  /// Port on which links are accepted, 0 if there is none or it is a `unix:`
  /// address.
  uint16_t port() const noexcept;

  /// Says goodbye to all peers and ends all links, within about `timeout`.
  void close(caf::timespan timeout);

private:
  class impl;

  explicit endpoint(std::unique_ptr<impl> x);

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
