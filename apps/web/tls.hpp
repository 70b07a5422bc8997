// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "caf/expected.hpp"

#include "web/server_options.hpp"

namespace web {

struct ssl_delete {
  void operator()(SSL_CTX* x) const noexcept {
    SSL_CTX_free(x);
  }

  void operator()(SSL* x) const noexcept {
    SSL_free(x);
  }
};

using tls_context = std::unique_ptr<SSL_CTX, ssl_delete>;
using tls_session = std::unique_ptr<SSL, ssl_delete>;

/// Loads certificate and key, for TLS 1.2 and later.
/// @returns `errc::bad_certificate` with one line that names the file.
caf::expected<tls_context> load(const server_tls& x);

} // namespace web
