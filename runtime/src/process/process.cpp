// SPDX-License-Identifier: Apache-2.0

#include "troupe/process/process.hpp"

#include <utility>

#include <fmt/format.h>

#include "caf/actor_cast.hpp"
#include "caf/actor_config.hpp"
#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"

#include "process/host_messages.hpp"
#include "process/stand_in.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/location/detail/local_start.hpp"

namespace troupe::detail {

namespace {

void start(start_desk& desk, start_context context, starter::done done,
           stand_in_order order) {
  auto parent = desk.parent();
  auto& sys = parent->home_system();
  if (auto err = validate(order.options)) {
    done(std::move(err));
    return;
  }
  order.host =
      caf::actor_cast<caf::actor>(sys.registry().get(process_host_name));
  if (!order.host) {
    done(make_error(errc::no_process_host,
                    fmt::format("cannot start {}: the system has no process "
                                "host",
                                order.type)));
    return;
  }
  auto explain = [done = std::move(done),
                  type = order.type](caf::expected<caf::actor> x) {
    if (!x && x.error() == errc::start_timeout)
      x = make_error(
          errc::start_timeout,
          fmt::format("{} in a worker process {}", type, describe(x.error())));
    done(std::move(x));
  };
  order.child = context.child;
  order.generation = context.generation;
  auto ticket = desk.open(context.timeout, std::move(explain));
  auto hooks = context.hooks;
  caf::actor_config cfg{parent->context(), parent};
  desk.launched(ticket,
                launch_stand_in(sys, cfg,
                                make_record(desk, ticket, std::move(context)),
                                hooks, std::move(order)));
}

} // namespace

starter start_in_process(process_options options, std::string type,
                         caf::message args) {
  stand_in_order order{.options = std::move(options),
                       .type = std::move(type),
                       .args = std::move(args)};
  return {{isolation::process, {}},
          [order = std::move(order)](start_desk& desk, start_context context,
                                     starter::done done) {
            start(desk, std::move(context), std::move(done), order);
          }};
}

} // namespace troupe::detail
