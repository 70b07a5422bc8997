// SPDX-License-Identifier: Apache-2.0

#include "web/guard.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "troupe/base/address.hpp"

namespace web {

namespace {

constexpr size_t max_target_bytes = 2'048;

std::optional<uint64_t> parse_length(std::string_view text) {
  uint64_t result = 0;
  auto end = text.data() + text.size();
  auto [rest, problem] = std::from_chars(text.data(), end, result);
  if (text.empty() || problem != std::errc{} || rest != end)
    return std::nullopt;
  return result;
}

std::string lower(std::string_view x) {
  std::string result{x};
  for (auto& c : result)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Returns a `Host` header without its port.
std::string_view host_name(std::string_view x) {
  if (!x.empty() && x.front() == '[') {
    auto end = x.find(']');
    return end == std::string_view::npos ? x : x.substr(1, end - 1);
  }
  return x.substr(0, x.find(':'));
}

std::optional<problem> check_lengths(const request_head& x,
                                     const guard_policy& policy) {
  if (x.target_bytes > max_target_bytes)
    return problem{.status = 414,
                   .detail = "the path is longer than "
                             + std::to_string(max_target_bytes) + " bytes"};
  if (!x.transfer_encoding.empty())
    return problem{.status = 411,
                   .detail = "the body must come with a Content-Length, not "
                             "in chunks"};
  if (x.content_length.size() > 1)
    return problem{.status = 400,
                   .detail = "there is more than one Content-Length"};
  if (x.content_length.empty()) {
    if (takes_body(x.method))
      return problem{.status = 411, .detail = "Content-Length is missing"};
    return std::nullopt;
  }
  auto length = parse_length(x.content_length.front());
  if (!length)
    return problem{.status = 400, .detail = "Content-Length is no number"};
  if (*length > policy.max_body_bytes)
    return problem{
        .status = 413,
        .detail = "the body has " + std::to_string(*length) + " bytes, at most "
                  + std::to_string(policy.max_body_bytes) + " are allowed"};
  return std::nullopt;
}

std::optional<problem> check_content(const request_head& x) {
  if (!takes_body(x.method) || x.content_length.front() == "0")
    return std::nullopt;
  if (!x.content_encoding.empty()
      && lower(x.content_encoding.front()) != "identity")
    return problem{.status = 415, .detail = "the body must not be compressed"};
  auto type = x.content_type.empty() ? "" : lower(x.content_type.front());
  type = type.substr(0, type.find_first_of("; "));
  if (type != "application/json")
    return problem{.status = 415,
                   .detail = "Content-Type must be application/json"};
  return std::nullopt;
}

std::optional<problem> check_site(const request_head& x,
                                  const guard_policy& policy) {
  if (x.host.size() != 1)
    return problem{.status = 400, .detail = "there must be one Host header"};
  auto& host = x.host.front();
  if (!policy.token && !troupe::is_loopback({std::string{host_name(host)}, 0}))
    return problem{.status = 421,
                   .detail = "this server is not known under that name"};
  auto cross = std::any_of(x.fetch_site.begin(), x.fetch_site.end(),
                           [](auto& y) { return y == "cross-site"; });
  auto foreign = std::any_of(x.origin.begin(), x.origin.end(), [&](auto& y) {
    return lower(y) != policy.scheme + "://" + lower(host);
  });
  if (foreign || (cross && x.method != "GET" && x.method != "HEAD"))
    return problem{.status = 403,
                   .detail = "requests from pages of other sites are refused"};
  return std::nullopt;
}

} // namespace

bool takes_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

std::optional<problem> check_head(const request_head& x,
                                  const guard_policy& policy) {
  if (auto result = check_lengths(x, policy))
    return result;
  if (auto result = check_site(x, policy))
    return result;
  return check_content(x);
}

std::optional<problem> check_access(const request_head& x,
                                    const guard_policy& policy,
                                    const route& to) {
  if (policy.token && to.who == access::token) {
    constexpr std::string_view scheme = "bearer ";
    std::string_view shown;
    if (x.authorization.size() == 1)
      shown = x.authorization.front();
    if (lower(shown.substr(0, scheme.size())) != scheme
        || !same_secret(shown.substr(scheme.size()), *policy.token))
      return problem{.status = 401, .detail = "the token is missing or wrong"};
  }
  if (to.needs == intent::marked && x.action.empty())
    return problem{.status = 403,
                   .detail = "the header X-Troupe-Action is missing"};
  return std::nullopt;
}

bool has_body(const request_head& x) {
  return !x.transfer_encoding.empty()
         || std::any_of(x.content_length.begin(), x.content_length.end(),
                        [](auto& y) { return y != "0"; });
}

bool same_secret(std::string_view x, std::string_view y) {
  auto digest = [](std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> result;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           result.data());
    return result;
  };
  auto a = digest(x);
  auto b = digest(y);
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace web
