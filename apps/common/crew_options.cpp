// SPDX-License-Identifier: Apache-2.0

#include "common/crew_options.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"

#include "common/excerpt.hpp"
#include "common/human.hpp"

namespace app {

namespace {

constexpr size_t max_workers = 1'024;

} // namespace

crew_flags::crew_flags(CLI::App& line, crew_options& result) : result_(result) {
  workers_ = line.add_option("--workers", result.workers,
                             "Workers in this process, by default one per core")
                 ->type_name("COUNT")
                 ->check(whole_number(0, max_workers))
                 ->capture_default_str();
  line.add_option("--isolation", level_,
                  "What a worker is: pooled (on the scheduler), thread, "
                  "process, or node "
                  "(all on other nodes, none in this process)")
      ->type_name("LEVEL")
      ->capture_default_str();
  line.add_option("--listen", result.listen,
                  "Accept other nodes on this address; port 0 picks one")
      ->type_name("ADDR:PORT");
  line.add_option("--join", result.join,
                  "Join the node at this address; may be repeated")
      ->type_name("ADDR:PORT")
      ->allow_extra_args(false);
  line.add_option("--name", result.name,
                  "Name of this node, by default host name and process id")
      ->type_name("NAME");
  line.add_flag("--insecure", result.insecure,
                "Permit addresses other than loopback, without any protection");
  line.add_option("--config", result.config_file, "Read runtime options")
      ->type_name("FILE");
}

std::optional<early_exit> crew_flags::finish() {
  const std::map<std::string, troupe::isolation> levels = {
      {"pooled", troupe::isolation::pooled},
      {"thread", troupe::isolation::thread},
      {"process", troupe::isolation::process},
      {"node", troupe::isolation::node},
  };
  auto level = levels.find(level_);
  if (level == levels.end())
    return early_exit{exit_code::usage,
                      "--isolation: " + excerpt(level_)
                          + " is neither pooled, thread, process nor node"};
  result_.isolation = level->second;
  if (result_.isolation == troupe::isolation::node) {
    if (workers_->count() > 0 && result_.workers > 0)
      return early_exit{exit_code::usage,
                        "--workers counts those of this process, of which "
                        "--isolation node has none"};
    result_.workers = 0;
  }
  if (std::count(result_.join.begin(), result_.join.end(), "") > 0)
    return early_exit{exit_code::usage, "--join needs an address HOST:PORT"};
  return std::nullopt;
}

caf::error configure(troupe::config& to, const crew_options& from,
                     size_t offered) {
  if (auto problem = to.load(from.config_file))
    return problem;
  if (from.insecure)
    to.node.security = troupe::link_security::insecure;
  to.node.workers = offered;
  std::vector<std::pair<const char*, std::string>> given;
  if (from.name)
    given.emplace_back("node.name", *from.name);
  if (from.listen)
    given.emplace_back("node.listen", *from.listen);
  if (!from.join.empty())
    given.emplace_back("node.join",
                       fmt::format("{}", fmt::join(from.join, ",")));
  for (auto& [key, text] : given)
    if (auto problem = to.set_option(key, text))
      return problem;
  return to.check();
}

std::string advice(const caf::error& problem) {
  auto hint = problem == troupe::errc::security_required
                  ? " (--insecure permits it)"
                  : "";
  return troupe::describe(problem) + hint;
}

bool is_networked(const troupe::node_options& x) {
  return x.listen || !x.join.empty() || !x.seeds.empty()
         || !x.etcd.endpoints.empty();
}

std::optional<std::string> nobody(const crew_options& x,
                                  const troupe::node_options& node) {
  if (x.workers > 0 || is_networked(node))
    return std::nullopt;
  return fmt::format("{} needs --listen or --join",
                     x.isolation == troupe::isolation::node ? "--isolation node"
                                                            : "--workers 0");
}

std::string headcount(const crew_options& x) {
  return fmt::format("{} ({}) on {}", plural(x.workers, "worker"),
                     to_string(x.isolation),
                     plural(troupe::usable_cores(), "core"));
}

} // namespace app
