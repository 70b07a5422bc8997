// SPDX-License-Identifier: Apache-2.0

#include "troupe/remote/node_options.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "troupe/base/address.hpp"

#include "base/in_quotes.hpp"
#include "base/node_name.hpp"
#include "base/quantity.hpp"
#include "remote/node_limits.hpp"
#include "remote/node_options_check.hpp"

namespace troupe {

namespace {

using problem = std::optional<field_problem>;

field_problem no_name(std::string_view key, const std::string& text) {
  return {key, errc::invalid_option,
          fmt::format("{} is not a name of 1 to {} characters "
                      "A-Z a-z 0-9 . _ -",
                      in_quotes(text), node_limits::name_bytes)};
}

std::optional<std::string> host_name() {
  // POSIX limits it to 255 bytes.
  char result[256] = {};
  if (gethostname(result, sizeof(result) - 1) != 0 || result[0] == '\0')
    return std::nullopt;
  return result;
}

problem check_names(const node_options& x) {
  if (!x.name.empty() && !is_node_name(x.name))
    return no_name("node.name", x.name);
  for (auto& role : x.roles)
    if (!is_node_name(role))
      return no_name("node.roles", role);
  if (x.roles.size() > node_limits::max_roles)
    return field_problem{"node.roles", errc::invalid_option,
                         fmt::format("{} roles, at most {} are allowed",
                                     x.roles.size(), node_limits::max_roles)};
  return std::nullopt;
}

problem check_address(std::string_view key, const std::string& text,
                      link_security security) {
  auto where = parse_address(text);
  if (!where)
    return field_problem{key, errc::invalid_address, describe(where.error())};
  if (security == link_security::loopback_only && !is_loopback(*where))
    return field_problem{
        key, errc::security_required,
        fmt::format("{} is not a loopback address, which needs "
                    "node.security = tls or insecure",
                    in_quotes(text))};
  return std::nullopt;
}

problem check_peer(std::string_view key, const std::string& text,
                   link_security security) {
  if (auto result = check_address(key, text, security))
    return result;
  if (parse_address(text)->port == 0)
    return field_problem{
        key, errc::invalid_address,
        fmt::format("{} has port 0, a node listens on 1 to 65535",
                    in_quotes(text))};
  return std::nullopt;
}

problem check_addresses(const node_options& x) {
  if (x.listen)
    if (auto result = check_address("node.listen", *x.listen, x.security))
      return result;
  if (x.advertise) {
    if (!x.listen)
      return field_problem{"node.advertise", errc::invalid_option,
                           "needs node.listen"};
    if (auto text = parse_address(*x.advertise); !text)
      return field_problem{"node.advertise", errc::invalid_address,
                           describe(text.error())};
  }
  for (auto& text : x.join)
    if (auto result = check_peer("node.join", text, x.security))
      return result;
  for (auto& text : x.seeds)
    if (auto result = check_peer("node.seeds", text, x.security))
      return result;
  return std::nullopt;
}

problem check_tls(const node_options& x) {
  auto is_on = x.security == link_security::tls;
  auto files = x.tls.value_or(tls_files{});
  for (auto [key, path] : {std::pair{"node.tls-ca", files.ca},
                           std::pair{"node.tls-certificate", files.certificate},
                           std::pair{"node.tls-key", files.key}}) {
    if (is_on && path.empty())
      return field_problem{key, errc::security_required,
                           "is needed for node.security = tls"};
    if (!is_on && !path.empty())
      return field_problem{key, errc::invalid_option,
                           fmt::format("is only for node.security = tls, not "
                                       "for {}",
                                       to_string(x.security))};
  }
  return std::nullopt;
}

problem check_may_start(const node_options& x) {
  if (!x.may_start)
    return std::nullopt;
  for (auto& [peer, type] : *x.may_start)
    if (peer.empty() || type.empty())
      return field_problem{
          "node.may-start", errc::invalid_option,
          fmt::format("{} is not PEER:TYPE", in_quotes(peer + ':' + type))};
  return std::nullopt;
}

template <class T, class Format>
problem check_range(std::string_view key, T value, T min, T max, Format f) {
  if (value >= min && value <= max)
    return std::nullopt;
  return field_problem{key, errc::invalid_option,
                       fmt::format("{} is not in the range from {} to {}",
                                   f(value), f(min), f(max))};
}

problem check_etcd(const node_options& x) {
  for (auto& text : x.etcd.endpoints)
    if (auto where = parse_address(text); !where)
      return field_problem{"node.etcd", errc::invalid_address,
                           describe(where.error())};
  if (x.etcd.prefix.empty() || x.etcd.prefix.back() != '/')
    return field_problem{
        "node.etcd-prefix", errc::invalid_option,
        fmt::format("{} does not end in a slash", in_quotes(x.etcd.prefix))};
  if (x.etcd.lease % std::chrono::seconds{1} != caf::timespan{0})
    return field_problem{"node.etcd-lease", errc::invalid_option,
                         fmt::format("{} is not a whole number of seconds",
                                     format_duration(x.etcd.lease))};
  return check_range("node.etcd-lease", x.etcd.lease,
                     node_limits::min_etcd_lease, node_limits::max_lease,
                     format_duration);
}

problem check_detection(const node_options& x) {
  if (auto result = check_range("node.heartbeat-interval", x.heartbeat_interval,
                                node_limits::min_heartbeat,
                                node_limits::max_heartbeat, format_duration))
    return result;
  auto check = [](std::string_view key, caf::timespan value,
                  std::string_view other, caf::timespan least) -> problem {
    if (value > least && value <= node_limits::max_silence)
      return std::nullopt;
    return field_problem{
        key, errc::invalid_option,
        fmt::format("{} is not more than {}, {}, and at most {}",
                    format_duration(value), other, format_duration(least),
                    format_duration(node_limits::max_silence))};
  };
  if (auto result = check("node.suspect-after", x.suspect_after,
                          "node.heartbeat-interval", x.heartbeat_interval))
    return result;
  return check("node.lost-after", x.lost_after, "node.suspect-after",
               x.suspect_after);
}

problem check_numbers(const node_options& x) {
  auto plain = [](size_t n) { return std::to_string(n); };
  if (auto result = check_range<size_t>("node.workers", x.workers, 0,
                                        node_limits::max_workers, plain))
    return result;
  if (auto result =
          check_range("node.connect-timeout", x.connect_timeout,
                      node_limits::min_connect_timeout,
                      node_limits::max_connect_timeout, format_duration))
    return result;
  if (auto result = check_range("node.lease", x.lease, node_limits::min_lease,
                                node_limits::max_lease, format_duration))
    return result;
  if (auto result = check_range("node.max-message-bytes", x.max_message_bytes,
                                node_limits::min_message_bytes,
                                node_limits::max_message_bytes, format_bytes))
    return result;
  if (auto result = check_range("node.max-wait", x.max_wait, caf::timespan{0},
                                node_limits::max_wait, format_duration))
    return result;
  return check_range("node.max-unsent-bytes", x.max_unsent_bytes,
                     node_limits::min_message_bytes,
                     node_limits::max_unsent_bytes, format_bytes);
}

} // namespace

std::string to_string(link_security x) {
  switch (x) {
    case link_security::loopback_only:
      return "loopback_only";
    case link_security::insecure:
      return "insecure";
    case link_security::tls:
      return "tls";
  }
  return "unknown";
}

std::string default_node_name() {
  auto suffix = fmt::format("-{}", getpid());
  auto result = host_name().value_or("-");
  result.resize(
      std::min(result.size(), node_limits::name_bytes - suffix.size()));
  std::replace_if(
      result.begin(), result.end(),
      [](char ch) {
        return !is_node_name({&ch, 1});
      },
      '-');
  return result + suffix;
}

std::string advertised_address(const node_options& x) {
  if (!x.listen)
    return {};
  auto where = parse_address(x.advertise.value_or(*x.listen));
  if (!where)
    return {};
  if (where->host == "0.0.0.0" || where->host == "::") {
    auto host = host_name();
    if (!host)
      return {};
    where->host = *host;
  }
  return to_string(*where);
}

std::optional<field_problem> first_problem(const node_options& x) {
  for (auto check : {check_names, check_addresses, check_tls, check_may_start,
                     check_etcd, check_detection, check_numbers})
    if (auto result = check(x))
      return result;
  return std::nullopt;
}

bool may_start(const node_options& x, std::string_view peer,
               std::string_view type) {
  if (!x.may_start)
    return x.security != link_security::tls;
  return std::any_of(x.may_start->begin(), x.may_start->end(), [&](auto& y) {
    return (y.peer == "*" || y.peer == peer)
           && (y.type == "*" || y.type == type);
  });
}

caf::error validate(const node_options& x) {
  auto wrong = first_problem(x);
  if (!wrong)
    return caf::none;
  return make_error(wrong->code,
                    fmt::format("{}: {}", wrong->key, wrong->text));
}

} // namespace troupe
