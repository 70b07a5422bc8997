// SPDX-License-Identifier: Apache-2.0

#include "config/option_table.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "troupe/base/address.hpp"

#include "base/in_quotes.hpp"
#include "base/quantity.hpp"
#include "buffer/buffer_limits.hpp"
#include "remote/node_limits.hpp"

namespace troupe {

namespace {

using reader =
    std::function<std::optional<rejection>(option_values&, std::string_view)>;

std::string variable_of(std::string_view key) {
  std::string result = "TROUPE_";
  for (char ch : key)
    result +=
        ch == '.' || ch == '-'
            ? '_'
            : (ch >= 'a' && ch <= 'z' ? static_cast<char>(ch - 'a' + 'A') : ch);
  return result;
}

option_row row(std::string_view key, std::string help, std::string initial,
               std::string allowed, reader set) {
  return {{std::string{key}, variable_of(key), std::move(help),
           std::move(initial), std::move(allowed)},
          std::move(set)};
}

rejection not_allowed(std::string_view text, std::string_view allowed) {
  return {errc::invalid_option,
          fmt::format("{} is not {}", in_quotes(text), allowed)};
}

/// A row for a value in a range. `read` makes an optional value from text.
template <class T, class Read, class Assign>
option_row range_row(std::string_view key, std::string help,
                     std::string initial, std::string allowed, T min, T max,
                     Read read, Assign assign) {
  auto set = [=](option_values& out,
                 std::string_view text) -> std::optional<rejection> {
    auto x = read(text);
    if (!x || *x < min || *x > max)
      return not_allowed(text, allowed);
    assign(out, *x);
    return std::nullopt;
  };
  return row(key, std::move(help), std::move(initial), allowed, set);
}

option_row bytes_row(std::string_view key, std::string help,
                     uint64_t node_options::*field, uint64_t max) {
  auto min = node_limits::min_message_bytes;
  return range_row(
      key, std::move(help), format_bytes(node_options{}.*field),
      fmt::format("a size from {} to {}, such as 4096, 64KiB or 64MiB",
                  format_bytes(min), format_bytes(max)),
      min, max, parse_bytes,
      [field](option_values& out, uint64_t x) { out.node.*field = x; });
}

option_row buffer_row(std::string_view key, std::string help,
                      uint64_t buffer_options::*field, uint64_t min) {
  auto max = buffer_limits::max_bytes;
  return range_row(
      key, std::move(help), format_bytes(buffer_options{}.*field),
      fmt::format("a size from {} to {}, such as 4096, 64KiB or 64MiB",
                  format_bytes(min), format_bytes(max)),
      min, max, parse_bytes,
      [field](option_values& out, uint64_t x) { out.buffer.*field = x; });
}

option_row count_row(std::string_view key, std::string help,
                     std::string initial, uint64_t min, uint64_t max,
                     std::function<void(option_values&, uint64_t)> assign) {
  return range_row(key, std::move(help), std::move(initial),
                   fmt::format("a whole number from {} to {}", min, max), min,
                   max, parse_count, std::move(assign));
}

option_row name_row() {
  auto allowed = fmt::format("a name of 1 to {} characters A-Z a-z 0-9 . _ -",
                             node_limits::name_bytes);
  auto set = [=](option_values& out,
                 std::string_view text) -> std::optional<rejection> {
    node_options candidate;
    candidate.name = text;
    if (text.empty() || validate(candidate))
      return not_allowed(text, allowed);
    out.node.name = text;
    return std::nullopt;
  };
  return row("node.name", "Name that other nodes know this one by.",
             "host name, dash, process id", allowed, set);
}

option_row listen_row() {
  auto set = [](option_values& out,
                std::string_view text) -> std::optional<rejection> {
    if (auto x = parse_address(text); !x)
      return rejection{errc::invalid_address, describe(x.error())};
    out.node.listen = text;
    return std::nullopt;
  };
  return row("node.listen",
             "Address on which other nodes may join; port 0 picks a free one.",
             "none, only joins others",
             "HOST:PORT or [IPV6]:PORT, port 0 to 65535", set);
}

std::string_view trimmed(std::string_view x) {
  auto first = x.find_first_not_of(' ');
  if (first == std::string_view::npos)
    return {};
  return x.substr(first, x.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> result;
  for (auto rest = text; !trimmed(rest).empty();) {
    auto comma = std::min(rest.find(','), rest.size());
    result.emplace_back(trimmed(rest.substr(0, comma)));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return result;
}

option_row peers_row(std::string_view key, std::string help,
                     std::vector<std::string> node_options::*field) {
  auto set = [field](option_values& out,
                     std::string_view text) -> std::optional<rejection> {
    auto peers = split_list(text);
    for (auto& peer : peers)
      if (auto x = parse_address(peer); !x)
        return rejection{errc::invalid_address, describe(x.error())};
    out.node.*field = std::move(peers);
    return std::nullopt;
  };
  return row(key, std::move(help), "none",
             "a list of HOST:PORT or [IPV6]:PORT, port 1 to 65535", set);
}

option_row advertise_row() {
  auto set = [](option_values& out,
                std::string_view text) -> std::optional<rejection> {
    if (auto x = parse_address(text); !x)
      return rejection{errc::invalid_address, describe(x.error())};
    out.node.advertise = text;
    return std::nullopt;
  };
  return row("node.advertise",
             "Address that other nodes are told to dial, where it is not that "
             "of node.listen; port 0 stands for the port in use.",
             "node.listen, or the host's name for 0.0.0.0 and [::]",
             "HOST:PORT or [IPV6]:PORT, port 0 to 65535", set);
}

option_row etcd_row() {
  auto set = [](option_values& out,
                std::string_view text) -> std::optional<rejection> {
    auto endpoints = split_list(text);
    for (auto& x : endpoints)
      if (auto where = parse_address(x); !where)
        return rejection{errc::invalid_address, describe(where.error())};
    out.node.etcd.endpoints = std::move(endpoints);
    return std::nullopt;
  };
  return row("node.etcd",
             "Members of an etcd cluster in which nodes find each other, "
             "instead of node.seeds. Not encrypted.",
             "none", "a list of HOST:PORT or [IPV6]:PORT, port 1 to 65535",
             set);
}

option_row etcd_prefix_row() {
  std::string allowed = "a text that ends in a slash";
  auto set = [=](option_values& out,
                 std::string_view text) -> std::optional<rejection> {
    if (!text.ends_with('/'))
      return not_allowed(text, allowed);
    out.node.etcd.prefix = text;
    return std::nullopt;
  };
  return row("node.etcd-prefix",
             "What keys of this group of nodes begin with in etcd.",
             etcd_options{}.prefix, allowed, set);
}

option_row etcd_lease_row() {
  auto min = node_limits::min_etcd_lease;
  auto max = node_limits::max_lease;
  return range_row(
      "node.etcd-lease",
      "A node that does not renew its registration in etcd is forgotten, and "
      "loses its names, after so long.",
      format_duration(etcd_options{}.lease),
      fmt::format("a time of whole seconds from {} to {}, such as 10s",
                  format_duration(min), format_duration(max)),
      min, max, parse_duration,
      [](option_values& out, caf::timespan x) { out.node.etcd.lease = x; });
}

option_row roles_row() {
  auto allowed = fmt::format("a list of up to {} names of 1 to {} characters "
                             "A-Z a-z 0-9 . _ -",
                             node_limits::max_roles, node_limits::name_bytes);
  auto set = [=](option_values& out,
                 std::string_view text) -> std::optional<rejection> {
    node_options candidate;
    candidate.roles = split_list(text);
    if (validate(candidate))
      return not_allowed(text, allowed);
    out.node.roles = std::move(candidate.roles);
    return std::nullopt;
  };
  return row("node.roles", "What this node is there for.", "none", allowed,
             set);
}

option_row file_row(std::string_view key, std::string help,
                    std::string tls_files::*field) {
  auto set = [field](option_values& out,
                     std::string_view text) -> std::optional<rejection> {
    if (text.empty())
      return not_allowed(text, "the path of a PEM file");
    if (!out.node.tls)
      out.node.tls.emplace();
    (*out.node.tls).*field = text;
    return std::nullopt;
  };
  return row(key, std::move(help), "none", "the path of a PEM file", set);
}

option_row may_start_row() {
  auto set = [](option_values& out,
                std::string_view text) -> std::optional<rejection> {
    std::vector<start_permission> result;
    for (auto& entry : split_list(text)) {
      auto colon = entry.find(':');
      if (colon == 0 || colon >= entry.size() - 1)
        return not_allowed(entry, "PEER:TYPE");
      result.push_back({entry.substr(0, colon), entry.substr(colon + 1)});
    }
    out.node.may_start = std::move(result);
    return std::nullopt;
  };
  return row("node.may-start", "Which peers may start which actor types here.",
             "everybody everything, with node.security = tls nobody anything",
             "a list of PEER:TYPE, * for every one", set);
}

/// An option that names one of `values`, the first of which is the default.
template <class Enum>
option_row choice_row(std::string_view key, std::string help,
                      std::vector<Enum> values,
                      std::function<void(option_values&, Enum)> assign) {
  std::vector<std::string> names;
  for (auto x : values)
    names.push_back(to_string(x));
  auto allowed = fmt::format("{}", fmt::join(names, " or "));
  auto set = [=](option_values& out,
                 std::string_view text) -> std::optional<rejection> {
    for (auto x : values) {
      if (to_string(x) == text) {
        assign(out, x);
        return std::nullopt;
      }
    }
    return not_allowed(text, allowed);
  };
  return row(key, std::move(help), names.front(), allowed, set);
}

option_row time_row(std::string_view key, std::string help,
                    caf::timespan node_options::*field, caf::timespan min,
                    caf::timespan max) {
  return range_row(
      key, std::move(help), format_duration(node_options{}.*field),
      fmt::format("a time from {} to {}, such as 250ms, 5s or 2min",
                  format_duration(min), format_duration(max)),
      min, max, parse_duration,
      [field](option_values& out, caf::timespan x) { out.node.*field = x; });
}

void add_buffer_rows(std::vector<option_row>& to) {
  to.push_back(
      buffer_row("buffer.max-bytes", "Largest buffer that is made or received.",
                 &buffer_options::max_bytes, buffer_limits::min_max_bytes));
  to.push_back(buffer_row("buffer.cache-bytes",
                          "Memory of buffers that are gone which is kept for "
                          "new ones, since new memory is slow.",
                          &buffer_options::cache_bytes, 0));
  to.push_back(buffer_row("buffer.share-from-bytes",
                          "Buffers from this size on go to worker processes "
                          "without a copy; each takes a file descriptor.",
                          &buffer_options::share_from_bytes,
                          buffer_limits::min_share_from_bytes));
  to.push_back(count_row(
      "buffer.max-shared",
      "Buffers that may take a file descriptor at once; more of them are "
      "copied to worker processes.",
      std::to_string(buffer_options{}.max_shared), 0, buffer_limits::max_shared,
      [](option_values& out, uint64_t x) { out.buffer.max_shared = x; }));
}

} // namespace

std::vector<option_row> option_table() {
  std::vector<option_row> result;
  result.push_back(name_row());
  result.push_back(listen_row());
  result.push_back(advertise_row());
  result.push_back(
      peers_row("node.join",
                "Nodes to join; they must be there at the start, and are "
                "joined again when they are back.",
                &node_options::join));
  result.push_back(
      peers_row("node.seeds",
                "Nodes to join as soon as they are there; their addresses are "
                "dialled until then. The own address does no harm.",
                &node_options::seeds));
  result.push_back(etcd_row());
  result.push_back(etcd_prefix_row());
  result.push_back(etcd_lease_row());
  result.push_back(roles_row());
  result.push_back(count_row(
      "node.workers", "Workers that this node offers to others.",
      std::to_string(node_options{}.workers), 0, node_limits::max_workers,
      [](option_values& out, uint64_t x) { out.node.workers = x; }));
  result.push_back(choice_row<link_security>(
      "node.security",
      "What protects links. Without encryption whoever reaches the port "
      "may start every registered actor type, so insecure is for "
      "trusted networks only; tls costs throughput.",
      {link_security::loopback_only, link_security::insecure,
       link_security::tls},
      [](option_values& out, link_security x) { out.node.security = x; }));
  result.push_back(file_row("node.tls-ca",
                            "Certificates of the authorities that sign the "
                            "nodes' certificates.",
                            &tls_files::ca));
  result.push_back(file_row("node.tls-certificate",
                            "This node's certificate, which bears its name.",
                            &tls_files::certificate));
  result.push_back(file_row("node.tls-key",
                            "The certificate's private key, without pass "
                            "phrase.",
                            &tls_files::key));
  result.push_back(may_start_row());
  result.push_back(
      time_row("node.connect-timeout",
               "A peer that has not completed the handshake by then is "
               "refused; a program that joins may wait this long for each "
               "peer.",
               &node_options::connect_timeout, node_limits::min_connect_timeout,
               node_limits::max_connect_timeout));
  result.push_back(
      time_row("node.heartbeat-interval",
               "How often peers are sent a sign of life; all nodes should have "
               "the same.",
               &node_options::heartbeat_interval, node_limits::min_heartbeat,
               node_limits::max_heartbeat));
  result.push_back(
      time_row("node.suspect-after",
               "A peer that is silent for so long is suspected at the latest; "
               "more than node.heartbeat-interval.",
               &node_options::suspect_after, node_limits::min_heartbeat,
               node_limits::max_silence));
  result.push_back(
      time_row("node.lost-after",
               "A peer that is silent for so long is lost; more than "
               "node.suspect-after. Shorter finds failures sooner, and "
               "mistakes pauses for failures.",
               &node_options::lost_after, node_limits::min_heartbeat,
               node_limits::max_silence));
  result.push_back(time_row(
      "node.lease",
      "How long a node that is cut off from this one goes on with "
      "what it was lent. Only after that is a child started "
      "elsewhere, unless its node is known to be gone.",
      &node_options::lease, node_limits::min_lease, node_limits::max_lease));
  result.push_back(bytes_row("node.max-message-bytes",
                             "Largest message that is sent or accepted; a peer "
                             "may make this node hold that much memory.",
                             &node_options::max_message_bytes,
                             node_limits::max_message_bytes));
  result.push_back(bytes_row("node.max-unsent-bytes",
                             "Bytes that may wait for a slow peer; one message "
                             "may always. Beyond, senders wait for "
                             "node.max-wait, then requests fail and messages "
                             "are dropped with link_full.",
                             &node_options::max_unsent_bytes,
                             node_limits::max_unsent_bytes));
  result.push_back(time_row(
      "node.max-wait",
      "How long a sender waits where node.max-unsent-bytes wait already; its "
      "thread does nothing else in that time.",
      &node_options::max_wait, caf::timespan{0}, node_limits::max_wait));
  add_buffer_rows(result);
  result.push_back(count_row(
      "scheduler.threads",
      "Threads that run cooperatively scheduled actors; more than cores only "
      "helps actors that block.",
      "cores this process may use", 1, max_threads,
      [](option_values& out, uint64_t x) { out.threads = x; }));
  result.push_back(choice_row<scheduler_policy>(
      "scheduler.policy",
      "What runs cooperatively scheduled actors: troupe's scheduler, or CAF's "
      "work stealing or work sharing.",
      {scheduler_policy::troupe, scheduler_policy::stealing,
       scheduler_policy::sharing},
      [](option_values& out, scheduler_policy x) { out.policy = x; }));
  result.push_back(choice_row<worker_placement>(
      "scheduler.placement",
      "Whether threads of troupe's scheduler stay on one core each. Pinned "
      "starts parallel work sooner, but suffers where several busy processes "
      "share the cores.",
      {worker_placement::floating, worker_placement::pinned},
      [](option_values& out, worker_placement x) { out.placement = x; }));
  return result;
}

} // namespace troupe
