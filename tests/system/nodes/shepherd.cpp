// SPDX-License-Identifier: Apache-2.0

// A node for tests. With children it waits for two other nodes and supervises
// tickers, which it has started there; each writes a line to a file every 10
// ms, with the time and the node that it runs on.
//
//   shepherd NAME LISTEN FILE CHILDREN [SEED...]

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/stop_signal.hpp"
#include "troupe/config.hpp"
#include "troupe/remote/node.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

namespace {

using namespace std::chrono_literals;

/// The same clock in all processes of a host.
int64_t now_ms() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

void say(const std::string& line) {
  fmt::print("{} {}\n", now_ms(), line);
  std::fflush(stdout);
}

/// Writes a line at once, with others that write.
void append(int fd, const std::string& line) {
  if (write(fd, line.data(), line.size()) < 0)
    std::_Exit(1);
}

caf::behavior ticker(caf::event_based_actor* self, const std::string& child,
                     const std::string& node, int fd) {
  self->send(self, caf::tick_atom_v);
  return {[=](caf::tick_atom) {
    append(fd, fmt::format("{} {} {} {}.{}\n", now_ms(), child, node, getpid(),
                           self->id()));
    self->delayed_send(self, 10ms, caf::tick_atom_v);
  }};
}

caf::behavior watcher(caf::event_based_actor*) {
  return {
      [](const troupe::node_event& x) {
        say(fmt::format("node {} {} {}", x.name.empty() ? x.address : x.name,
                        to_string(x.state), x.reason));
      },
      [](const troupe::supervision_event& x) { say(describe(x)); },
  };
}

// [herd]
troupe::supervisor_spec herd(const troupe::node& node, int children,
                             const caf::actor& events) {
  troupe::supervisor_spec result{
      .intensity = troupe::restart_intensity{.restarts = 20, .period = 1s},
      .scope = troupe::intensity_scope::per_child,
      .watchers = {events}};
  for (int i = 0; i < children; ++i) {
    auto id = fmt::format("child-{}", i);
    result.children.push_back(
        {.id = id,
         .start = node.least_loaded(
             {.type = "ticker", .args = caf::make_message(id)})});
  }
  return result;
}
// [herd]

/// Waits until so many nodes are up.
void await_nodes(caf::actor_system& sys, const troupe::node& node,
                 size_t count) {
  caf::scoped_actor self{sys};
  self->send(node.membership(), troupe::watch_atom_v, caf::actor{self});
  for (size_t up = 0; up < count;)
    self->receive([&](const troupe::node_event& x) {
      up += x.state == troupe::node_state::up ? 1 : 0;
    });
}

int refuse(const caf::error& why) {
  fmt::print(stderr, "shepherd: {}\n", troupe::describe(why));
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 5)
    return 2;
  troupe::stop_signal stop;
  troupe::config cfg;
  if (auto err = cfg.load_environment())
    return refuse(err);
  std::string name = argv[1];
  cfg.node.name = name;
  cfg.node.listen = argv[2];
  auto children = std::atoi(argv[4]);
  cfg.node.seeds.assign(argv + 5, argv + argc);
  cfg.node.security = troupe::link_security::insecure;
  // A shepherd has others work.
  cfg.node.workers = children > 0 ? 0 : 4;
  auto fd = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0)
    return 1;
  cfg.add_actor_type("ticker",
                     [=](caf::event_based_actor* self, std::string child) {
                       return ticker(self, child, name, fd);
                     });
  caf::actor_system sys{cfg};
  auto node = troupe::node::open(sys, cfg.node);
  if (!node)
    return refuse(node.error());
  say("ready");
  auto events = sys.spawn(watcher);
  caf::anon_send(node->membership(), troupe::watch_atom_v, events);
  caf::actor tree;
  if (children > 0) {
    await_nodes(sys, *node, 2);
    tree =
        troupe::spawn(sys, troupe::supervisor, herd(*node, children, events));
  }
  stop.wait();
  if (tree)
    caf::anon_send_exit(tree, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(events, caf::exit_reason::user_shutdown);
  return 0;
}
