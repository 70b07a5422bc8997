// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/supervisor.hpp"

#include <memory>
#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"

#include "supervision/supervisor_state.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/base/exception_reason.hpp"

namespace troupe {

caf::behavior supervisor(caf::event_based_actor* self, supervisor_spec spec) {
  self->set_exception_handler(exception_reason);
  if (auto err = validate(spec)) {
    self->quit(std::move(err));
    return {};
  }
  return std::make_shared<supervisor_state>(self, std::move(spec))
      ->make_behavior();
}

starter subtree(supervisor_spec spec) {
  auto start = pooled(supervisor, std::move(spec));
  auto where = start.where();
  return {std::move(where),
          [start = std::move(start)](start_desk& desk, start_context context,
                                     starter::done done) {
            auto parent = desk.parent();
            auto ready = [=](caf::expected<caf::actor> x) {
              if (!x) {
                done(std::move(x));
                return;
              }
              auto ask = [&](auto timeout) {
                parent->request(*x, timeout, ready_atom_v)
                    .then([done, x = *x] { done(x); },
                          [done, x = *x](caf::error& why) {
                            caf::anon_send_exit(
                                x, caf::exit_reason::user_shutdown);
                            done(std::move(why));
                          });
              };
              if (context.timeout)
                ask(*context.timeout);
              else
                ask(caf::infinite);
            };
            start(desk, context, std::move(ready));
          }};
}

} // namespace troupe
