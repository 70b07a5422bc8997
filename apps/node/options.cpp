// SPDX-License-Identifier: Apache-2.0

#include "options.hpp"

#include <cstdint>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "web/http_flags.hpp"

namespace node_app {

namespace {

constexpr auto description =
    "A plain node: offers its workers and the actors of troupe to other nodes, "
    "until\nSIGTERM or SIGINT. Then it takes nothing new, lets what it was "
    "lent "
    "finish, and says\ngoodbye.";

constexpr auto footer = R"(
Once it accepts links and has joined, it prints one line, and tells a service
manager (NOTIFY_SOCKET, see sd_notify(3)):
  ready as NAME on HOST:PORT with N workers
Then one line for each change of another node, and one at the end.

With --json each line is an object:
  event     page, ready, node, lost_lines, draining, stopped
  page      url, with --http
  ready     name, address, workers, roles, types (actors that may be started)
  node      name, state (joining, up, suspected, leaving, lost, left), address,
            workers, roles, reason
  lost_lines  count, reason: lines that could not be written, as on a full disk
  stopped   drained (true if nothing was left running)

Options of the runtime may also stand in a file or in the environment, see
runtime/docs/configuration.md; those here override both.

Exit codes:
  0    stopped by SIGTERM or SIGINT, nothing was left running
  1    stopped, but something still ran when --drain was over
  2    wrong option or configuration
  3    a port cannot be opened or a peer cannot be joined
  4    the last lines could not be written to standard output
  130  ended at once by a second SIGINT, 143 by a second SIGTERM

Examples:
  node --listen 127.0.0.1:4000
  node --listen 127.0.0.1:0 --join 127.0.0.1:4000 --name b --role crunch
  node --config /etc/troupe/node.conf --drain 30s
  node --listen 0.0.0.0:4000 --advertise node-1:4000 --seed node-2:4000 --insecure)";

/// Reads `10s`, `250ms` or `2min`.
std::optional<caf::timespan> parse_time(const std::string& text) {
  size_t end = 0;
  double value = 0;
  try {
    value = std::stod(text, &end);
  } catch (const std::exception&) {
    return std::nullopt;
  }
  auto unit = text.substr(end);
  auto factor = unit == "ms"    ? 1e6
                : unit == "s"   ? 1e9
                : unit == "min" ? 6e10
                                : 0;
  auto result = value * factor;
  if (factor == 0 || !(result >= 0) || result > 3.6e12)
    return std::nullopt;
  return caf::timespan{static_cast<int64_t>(result)};
}

} // namespace

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv) {
  options result;
  std::string drain = "10s";
  // Texts by the runtime's keys.
  std::optional<std::string> name, listen, advertise, workers;
  std::vector<std::string> join, seeds, roles;
  CLI::App line{description, "node"};
  app::set_up_help(line, footer);
  line.add_option("--name", name,
                  "Name of this node, by default host name and process id")
      ->type_name("NAME");
  line.add_option("--listen", listen,
                  "Accept other nodes on this address; port 0 picks one")
      ->type_name("ADDR:PORT");
  line.add_option("--advertise", advertise,
                  "Address that others are told to dial, if it is another")
      ->type_name("ADDR:PORT");
  line.add_option("--join", join,
                  "Join this node, which must be there; may be repeated")
      ->type_name("ADDR:PORT")
      ->allow_extra_args(false);
  line.add_option("--seed", seeds,
                  "Join this node as soon as it is there; may be repeated")
      ->type_name("ADDR:PORT")
      ->allow_extra_args(false);
  line.add_option("--role", roles, "What this node is for; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  line.add_option("--workers", workers,
                  "Workers that it offers, by default one per core")
      ->type_name("COUNT");
  line.add_option("--drain", drain,
                  "How long to wait for what runs here when asked to stop")
      ->type_name("TIME")
      ->capture_default_str();
  web::server_options http;
  web::http_flags http_flags{line, "--http", "--http-", http};
  line.add_flag("--insecure", result.insecure,
                "Permit addresses other than loopback, without any protection");
  line.add_flag("--json", result.json, "Print JSON objects, one on each line");
  line.add_option("--config", result.config_file, "Read runtime options")
      ->type_name("FILE");
  if (auto exit = app::parse(line, argc, argv))
    return *std::move(exit);
  if (auto exit = http_flags.finish(result.http))
    return *std::move(exit);
  auto time = parse_time(drain);
  if (!time)
    return early_exit{exit_code::usage,
                      fmt::format("--drain: \"{}\" is not a time up to 60min, "
                                  "such as 250ms, 10s or 2min",
                                  drain)};
  result.drain = *time;
  auto put = [&](const char* key, const std::optional<std::string>& text) {
    if (text)
      result.runtime.emplace_back(key, *text);
  };
  auto put_list = [&](const char* key, const std::vector<std::string>& texts) {
    if (!texts.empty())
      result.runtime.emplace_back(key,
                                  fmt::format("{}", fmt::join(texts, ",")));
  };
  put("node.name", name);
  put("node.listen", listen);
  put("node.advertise", advertise);
  put("node.workers", workers);
  put_list("node.join", join);
  put_list("node.seeds", seeds);
  put_list("node.roles", roles);
  return result;
}

} // namespace node_app
