// SPDX-License-Identifier: Apache-2.0

#include "window.hpp"

#include <chrono>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "troupe/base/errc.hpp"
#include "troupe/observe/observer.hpp"

#include "common/crew_options.hpp"
#include "common/refuse.hpp"

namespace cli {

namespace {

using namespace std::chrono_literals;

caf::error configure(troupe::config& to, const options& from) {
  to.node.name = fmt::format("troupe-{}", getpid());
  to.node.workers = 0;
  to.node.roles = {"tool"};
  if (auto problem = to.load(from.config_file))
    return problem;
  if (from.insecure)
    to.node.security = troupe::link_security::insecure;
  to.node.listen.reset();
  to.node.seeds.clear();
  if (auto problem = to.set_option("node.join", from.node))
    return problem;
  for (auto& [key, text] : from.runtime)
    if (auto problem = to.set_option(key, text))
      return problem;
  to.threads(1);
  return to.check();
}

} // namespace

exit_code window::open(const options& opts) {
  if (auto problem = configure(cfg_, opts))
    return app::refuse(exit_code::usage, app::advice(problem));
  sys_.emplace(cfg_);
  self_.emplace(*sys_);
  auto node = troupe::node::open(*sys_, cfg_.node);
  if (!node)
    return app::refuse(exit_code::network, troupe::describe(node.error()));
  node_.emplace(std::move(*node));
  auto name = peer_at(opts.node);
  auto service = fmt::format("{}@{}", troupe::observer_name, name);
  caf::error problem;
  (*self_)
      ->request(node_->directory(), 5s, troupe::lookup_atom_v, service)
      .receive([&](caf::actor& x) { observer_ = std::move(x); },
               [&](caf::error& why) { problem = std::move(why); });
  if (problem)
    return app::refuse(exit_code::network,
                       problem == troupe::errc::unknown_name
                           ? fmt::format("node {} has no observer", name)
                           : troupe::describe(problem));
  // What nodes pass on to each other takes its time, too.
  patience_ = opts.deadline + 12s;
  return exit_code::ok;
}

std::string window::peer_at(const std::string& address) {
  std::string result;
  (*self_)
      ->request(node_->membership(), 5s, troupe::members_atom_v)
      .receive(
          [&](const std::vector<troupe::node_event>& xs) {
            for (auto& x : xs)
              if (result.empty() || x.address == address)
                result = x.name;
          },
          [](const caf::error&) {});
  return result;
}

} // namespace cli
