// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "caf/expected.hpp"

#include "web/route.hpp"
#include "web/server_options.hpp"

namespace web {

/// What a server has seen.
struct server_stats {
  uint64_t accepted = 0;

  /// Connections that were turned away because there were too many.
  uint64_t refused = 0;

  size_t open = 0;
};

/// Answers HTTP requests by the routes that it is given.
///
/// Each connection has a thread, on which handlers run; they may wait there,
/// but should not compute. Handlers run at the same time. What they throw is
/// answered with 500 and without the text.
///
/// Refuses by itself, with a `problem` as JSON: unknown paths (404) and methods
/// (405), a wrong token (401), pages of other sites (403) and foreign names
/// (421), bodies without length (411), too large (413), compressed or no JSON
/// (415), and connections beyond the limit (503). Requests that arrive too
/// slowly are cut off.
class server {
public:
  /// Accepts connections once it returns.
  /// @returns the server, or an error of `validate`, `bad_certificate`,
  ///          `address_in_use` or `cannot_listen`.
  static caf::expected<server> open(server_options options,
                                    std::vector<route> routes);

  server(server&&) noexcept;
  server& operator=(server&&) noexcept;

  /// As `close`.
  ~server();

  uint16_t port() const noexcept;

  /// Returns the address for browsers, such as `http://127.0.0.1:8080`.
  std::string url() const;

  server_stats stats() const;

  /// Accepts no more connections, closes those that are idle, and waits until
  /// the requests at work are answered.
  void close();

private:
  class impl;

  explicit server(std::unique_ptr<impl> x);

  std::unique_ptr<impl> impl_;
};

} // namespace web
