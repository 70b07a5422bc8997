// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "caf/actor_config.hpp"
#include "caf/actor_system.hpp"
#include "caf/blocking_actor.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/infer_handle.hpp"
#include "caf/message.hpp"
#include "caf/message_view.hpp"
#include "caf/result.hpp"
#include "caf/scheduled_actor.hpp"
#include "caf/spawn_options.hpp"

#include "troupe/base/exception_reason.hpp"
#include "troupe/location/start_context.hpp"
#include "troupe/location/start_desk.hpp"
#include "troupe/scheduling/blocking_cell.hpp"
#include "troupe/scheduling/detail/start_record.hpp"
#include "troupe/scheduling/spawn.hpp"

namespace troupe::detail {

std::unique_ptr<start_record> make_record(start_desk& desk,
                                          const start_desk::ticket& ticket,
                                          start_context context);

/// Answers a message that an actor does not know as CAF does, with an error and
/// a line of text; but a batch of a `map`, which is only tried, without a line.
caf::result<caf::message> decline_unknown(caf::scheduled_actor* self,
                                          caf::message_view& x);

/// Starts an actor of class `T` in this process. Throws what the constructor
/// throws.
template <class T, caf::spawn_options Os, class... Ts>
caf::strong_actor_ptr launch(caf::actor_system& sys, caf::actor_config& cfg,
                             std::unique_ptr<start_record> record,
                             const cell_hooks& hooks, const Ts&... xs) {
  if constexpr (is_cell_base<T>) {
    auto prepare = [&](auto& self) {
      self.core().record(std::move(record));
      self.set_exception_handler(exception_reason);
      self.set_default_handler(decline_unknown);
    };
    return launch_cell<T, Os>(sys, cfg, cell_options{.hooks = hooks}, prepare,
                              xs...);
  } else {
    static_assert(std::is_base_of_v<caf::blocking_actor, T>,
                  "neither an event-based nor a blocking actor");
    static_assert(caf::has_detach_flag(Os),
                  "a blocking actor needs a thread of its own");
    cfg.flags |= caf::abstract_actor::is_detached_flag;
    auto ptr = caf::make_actor<blocking_cell<T>, caf::strong_actor_ptr>(
        sys.next_actor_id(), sys.node(), &sys, cfg, std::move(record), xs...);
    static_cast<blocking_cell<T>*>(ptr->get())->launch(nullptr, false, false);
    return ptr;
  }
}

/// Has `f(cfg, record, hooks)` start an actor, and sees to its acknowledgement.
template <class Function>
void start_local(start_desk& desk, start_context context, start_desk::done done,
                 Function f) {
  auto parent = desk.parent();
  auto ticket = desk.open(context.timeout, std::move(done));
  auto hooks = context.hooks;
  caf::actor_config cfg{parent->context(), parent};
  try {
    desk.launched(ticket,
                  f(cfg, make_record(desk, ticket, std::move(context)), hooks));
  } catch (...) {
    auto eptr = std::current_exception();
    desk.failed(ticket, exception_reason(eptr));
  }
}

template <caf::spawn_options Os, class F, class... Ts>
auto start_function(F f, Ts... args) {
  using impl = caf::infer_impl_from_fun_t<F>;
  return [=](start_desk& desk, start_context context, start_desk::done done) {
    auto& sys = desk.parent()->home_system();
    start_local(desk, std::move(context), std::move(done),
                [&](caf::actor_config& cfg, auto record, auto& hooks) {
                  auto g = f;
                  init_with<impl>(cfg, g, args...);
                  return launch<impl, Os>(sys, cfg, std::move(record), hooks);
                });
  };
}

template <class T, caf::spawn_options Os, class... Ts>
auto start_class(Ts... args) {
  return [=](start_desk& desk, start_context context, start_desk::done done) {
    auto& sys = desk.parent()->home_system();
    start_local(desk, std::move(context), std::move(done),
                [&](caf::actor_config& cfg, auto record, auto& hooks) {
                  return launch<T, Os>(sys, cfg, std::move(record), hooks,
                                       args...);
                });
  };
}

} // namespace troupe::detail
