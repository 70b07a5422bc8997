// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/supervisor.hpp"

#include <memory>
#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"

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

namespace {

/// Returns why `x` has ended if `why` only says that it has.
caf::error last_words(const caf::actor& x, const caf::error& why) {
  if (why != caf::sec::request_receiver_down)
    return why;
  auto result = std::make_shared<caf::error>(why);
  // Is called at once, since `x` has ended.
  x->attach_functor([result](const caf::error& reason) { *result = reason; });
  return *result;
}

} // namespace

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
                            done(last_words(x, why));
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
