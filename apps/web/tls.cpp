// SPDX-License-Identifier: Apache-2.0

#include "web/tls.hpp"

#include <openssl/err.h>

#include "troupe/base/errc.hpp"

namespace web {

namespace {

caf::error bad(const std::string& what) {
  std::string why;
  if (auto code = ERR_get_error())
    if (auto text = ERR_reason_error_string(code))
      why = std::string{": "} + text;
  ERR_clear_error();
  return make_error(troupe::errc::bad_certificate, what + why);
}

} // namespace

caf::expected<tls_context> load(const server_tls& x) {
  tls_context result{SSL_CTX_new(TLS_server_method())};
  if (!result)
    return bad("TLS cannot be set up");
  auto ctx = result.get();
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE
                            | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                            | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
  // By default a pass phrase is asked for on the terminal.
  SSL_CTX_set_default_passwd_cb(ctx, [](char*, int, int, void*) { return -1; });
  if (SSL_CTX_use_certificate_chain_file(ctx, x.certificate.c_str()) != 1)
    return bad(x.certificate + " is no certificate");
  if (SSL_CTX_use_PrivateKey_file(ctx, x.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return bad(x.key + " is no key without pass phrase");
  if (SSL_CTX_check_private_key(ctx) != 1)
    return bad(x.key + " is not the key of " + x.certificate);
  return result;
}

} // namespace web
