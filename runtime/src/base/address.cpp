// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "base/in_quotes.hpp"

namespace troupe {

namespace {

bool is_alnum(char ch) {
  return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
         || (ch >= '0' && ch <= '9');
}

/// Whether `host` is the same text for functions that take C strings.
bool is_c_string(const std::string& host) {
  return host.find('\0') == std::string::npos;
}

bool is_ipv4(const std::string& host) {
  in_addr ignored;
  return is_c_string(host) && inet_pton(AF_INET, host.c_str(), &ignored) == 1;
}

std::optional<in6_addr> as_ipv6(const std::string& host) {
  in6_addr result;
  if (!is_c_string(host) || inet_pton(AF_INET6, host.c_str(), &result) != 1)
    return std::nullopt;
  return result;
}

/// Whether `host` may be a name in the DNS. What looks like an IPv4 address,
/// its last label all digits, is no name.
bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > 253)
    return false;
  std::string_view label;
  for (auto rest = host;;) {
    auto dot = rest.find('.');
    label = rest.substr(0, dot);
    auto ok = [](char ch) { return is_alnum(ch) || ch == '-' || ch == '_'; };
    if (label.empty() || label.size() > 63 || label.front() == '-'
        || label.back() == '-' || !std::all_of(label.begin(), label.end(), ok))
      return false;
    if (dot == std::string_view::npos)
      break;
    rest.remove_prefix(dot + 1);
  }
  return label.find_first_not_of("0123456789") != std::string_view::npos;
}

bool equal_ignoring_case(std::string_view x, std::string_view lower) {
  auto same = [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
  };
  return std::equal(x.begin(), x.end(), lower.begin(), lower.end(), same);
}

} // namespace

caf::expected<address> parse_address(std::string_view text) {
  auto refuse = [text](std::string_view reason) {
    return make_error(errc::invalid_address,
                      fmt::format("{} is not an address HOST:PORT: {}",
                                  in_quotes(text), reason));
  };
  auto bracketed = text.starts_with('[');
  auto close = text.find(']');
  if (bracketed && close == std::string_view::npos)
    return refuse("the bracket is not closed");
  auto colon = bracketed ? close + 1 : text.rfind(':');
  if (colon >= text.size() || text[colon] != ':')
    return refuse("the port is missing");
  address result;
  result.host = text.substr(0, colon);
  if (bracketed) {
    result.host = text.substr(1, close - 1);
    if (!as_ipv6(result.host))
      return refuse("the brackets hold no IPv6 address");
  } else if (result.host.empty()) {
    return refuse("the host is missing");
  } else if (result.host.find(':') != std::string::npos) {
    return refuse("an IPv6 address stands in brackets, as in [::1]:4000");
  } else if (!is_ipv4(result.host) && !is_host_name(result.host)) {
    return refuse("the host is neither a name nor an IPv4 address");
  }
  auto port = text.substr(colon + 1);
  auto [end, err] =
      std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (err != std::errc{} || end != port.data() + port.size())
    return refuse("the port is not a number from 0 to 65535");
  return result;
}

std::string to_string(const address& x) {
  if (x.host.find(':') != std::string::npos)
    return fmt::format("[{}]:{}", x.host, x.port);
  return fmt::format("{}:{}", x.host, x.port);
}

bool is_loopback(const address& x) {
  if (equal_ignoring_case(x.host, "localhost"))
    return true;
  if (is_ipv4(x.host))
    return x.host.starts_with("127.");
  auto v6 = as_ipv6(x.host);
  return v6 && IN6_IS_ADDR_LOOPBACK(&*v6);
}

} // namespace troupe
