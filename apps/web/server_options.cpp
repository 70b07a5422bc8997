// SPDX-License-Identifier: Apache-2.0

#include "web/server_options.hpp"

#include <algorithm>

#include "troupe/base/address.hpp"
#include "troupe/base/errc.hpp"

namespace web {

namespace {

using troupe::errc;

constexpr size_t min_token_bytes = 16;

/// Above it, sockets get numbers that `select` cannot take.
constexpr size_t most_connections = 900;

bool is_printable(const std::string& x) {
  return std::all_of(x.begin(), x.end(),
                     [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace

caf::error validate(const server_options& x) {
  auto where = troupe::parse_address(x.listen);
  if (!where)
    return where.error();
  if (x.token && (x.token->size() < min_token_bytes || !is_printable(*x.token)))
    return make_error(errc::invalid_option,
                      "the token must have at least 16 characters, none of "
                      "them a space");
  if (!is_loopback(*where) && !(x.tls && x.token))
    return make_error(errc::security_required,
                      x.listen
                          + " is not loopback: that needs TLS and a token");
  if (x.max_connections < 1 || x.max_connections > most_connections)
    return make_error(errc::invalid_option,
                      "max_connections is " + std::to_string(x.max_connections)
                          + ", must be 1 to 900");
  if (x.max_body_bytes < 1024 || x.max_body_bytes > uint64_t{1} << 30)
    return make_error(errc::invalid_option,
                      "max_body_bytes is " + std::to_string(x.max_body_bytes)
                          + ", must be 1 KiB to 1 GiB");
  return caf::none;
}

} // namespace web
