// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

namespace web {

/// What proves to clients who the server is.
struct server_tls {
  /// PEM file with the certificate, followed by those between it and an
  /// authority.
  std::string certificate;

  /// PEM file with its private key, without pass phrase.
  std::string key;
};

struct server_options {
  /// `HOST:PORT`; port 0 picks a free one. Addresses other than loopback need
  /// `tls` and `token`.
  std::string listen = "127.0.0.1:0";

  std::optional<server_tls> tls = {};

  /// What clients must show in `Authorization: Bearer`, at least 16 bytes.
  std::optional<std::string> token = {};

  /// Connections at a time, 1 to 900; further ones are told 503 and closed.
  /// Each one has a thread, which waits for nearly all of its time.
  size_t max_connections = 400;

  /// Largest body, 1 KiB to 1 GiB; 413 beyond.
  uint64_t max_body_bytes = 1 << 20;

  /// How long a request may take to arrive, and a client to take an answer, or
  /// a piece of a long one.
  caf::timespan transfer_timeout = std::chrono::seconds{10};

  /// How long a connection may be idle.
  caf::timespan idle_timeout = std::chrono::seconds{30};
};

/// Returns the first wrong field of `x` as `errc::invalid_address`,
/// `invalid_option` or `security_required`. Looks at no file.
/// @relates server_options
caf::error validate(const server_options& x);

} // namespace web
