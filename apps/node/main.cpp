// SPDX-License-Identifier: Apache-2.0

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <unistd.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

#include "troupe/actors/all.hpp"
#include "troupe/base/address.hpp"
#include "troupe/base/cores.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/stop_signal.hpp"
#include "troupe/config.hpp"
#include "troupe/observe/observer.hpp"
#include "troupe/remote/node.hpp"

#include "common/command_line.hpp"
#include "common/crew_options.hpp"
#include "common/refuse.hpp"
#include "journal.hpp"
#include "line_file.hpp"
#include "options.hpp"
#include "page/page_server.hpp"
#include "service_manager.hpp"

namespace node_app {

namespace {

/// Puts the command line on top of what file and environment say.
caf::error configure(troupe::config& to, const options& from) {
  to.node.workers = troupe::usable_cores();
  if (auto problem = to.load(from.config_file))
    return problem;
  if (from.insecure)
    to.node.security = troupe::link_security::insecure;
  for (auto& [key, text] : from.runtime)
    if (auto problem = to.set_option(key, text))
      return problem;
  return to.check();
}

/// Prints each change of another node.
caf::behavior chronicler(caf::event_based_actor*, line_style style,
                         line_file* out) {
  return {[=](const troupe::node_event& x) { out->say(node_line(x, style)); }};
}

std::string address_of(const troupe::node& node,
                       const troupe::node_options& options) {
  if (!options.listen)
    return {};
  auto where = troupe::parse_address(*options.listen);
  if (!where)
    return {};
  where->port = node.port();
  return to_string(*where);
}

exit_code run(const options& opts, troupe::stop_signal& stop) {
  troupe::config cfg;
  if (auto problem = configure(cfg, opts))
    return refuse(exit_code::usage, app::advice(problem));
  if (!app::is_networked(cfg.node))
    return refuse(exit_code::usage,
                  "needs --listen, --join or --seed (--help lists all "
                  "options)");
  troupe::add_actor_types(cfg);
  auto style = opts.json ? line_style::json : line_style::text;
  line_file out{STDOUT_FILENO, style};
  caf::actor_system sys{cfg};
  auto node = troupe::node::open(sys, cfg.node);
  if (!node)
    return refuse(exit_code::network, troupe::describe(node.error()));
  std::optional<troupe::observer> observer;
  observer.emplace(sys, *node);
  std::optional<page::page_server> page;
  if (opts.http) {
    auto opened = page::page_server::open(sys, observer->handle(), *opts.http);
    if (!opened)
      return refuse(exit_code::network, troupe::describe(opened.error()));
    page.emplace(std::move(*opened));
    out.say(page_line(page->url(), style));
  }
  out.say(ready_line({.name = node->name(),
                      .address = address_of(*node, cfg.node),
                      .workers = cfg.node.workers,
                      .roles = cfg.node.roles,
                      .types = troupe::actor_type_names()},
                     style));
  tell_service_manager("READY=1");
  auto events = sys.spawn<caf::detached + caf::hidden>(chronicler, style, &out);
  caf::anon_send(node->membership(), troupe::watch_atom_v, events);
  stop.wait();
  tell_service_manager("STOPPING=1");
  out.say(draining_line(opts.drain, style));
  auto left_over = node->drain(opts.drain);
  auto outcome = left_over ? drain_outcome::overdue : drain_outcome::empty;
  page.reset();
  observer.reset();
  { auto leaving = std::move(*node); }
  caf::scoped_actor self{sys};
  self->send_exit(events, caf::exit_reason::user_shutdown);
  self->wait_for(events);
  out.say(stopped_line(outcome, style));
  // An actor that computes for ever would keep the system from ending.
  if (left_over)
    std::_Exit(static_cast<int>(exit_code::failed));
  if (out.lost() != 0)
    return refuse(exit_code::output, "standard output cannot be written");
  return exit_code::ok;
}

int main(int argc, char** argv) {
  troupe::stop_signal stop;
  auto parsed = parse_options(argc, argv);
  if (auto* exit = std::get_if<early_exit>(&parsed))
    return app::leave(*exit);
  return static_cast<int>(run(std::get<options>(parsed), stop));
}

} // namespace

} // namespace node_app

int main(int argc, char** argv) {
  return node_app::main(argc, argv);
}
