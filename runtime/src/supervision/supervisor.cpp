// SPDX-License-Identifier: Apache-2.0

#include "troupe/supervision/supervisor.hpp"

#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"
#include "caf/sec.hpp"
#include "caf/send.hpp"

#include "supervision/supervisor_messages.hpp"
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

/// Calls `done` when `x` is ready, or when it has ended.
void await_subtree(caf::event_based_actor* parent, const caf::actor& x,
                   std::optional<caf::timespan> timeout,
                   const starter::done& done) {
  auto up = [=] { done(x); };
  auto down = [=](const caf::error& why) { done(last_words(x, why)); };
  if (!timeout) {
    parent->request(x, caf::infinite, ready_atom_v).then(up, down);
    return;
  }
  auto failed = [=](const caf::error& why) {
    if (why != caf::sec::request_timeout) {
      down(why);
      return;
    }
    // Not before its children are down.
    auto late = make_error(errc::start_timeout, "did not start in time");
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    parent->request(x, caf::infinite, ready_atom_v)
        .then([=] { done(late); }, [=](const caf::error&) { done(late); });
  };
  parent->request(x, *timeout, ready_atom_v).then(up, failed);
}

} // namespace

starter subtree(supervisor_spec spec) {
  auto start = pooled(supervisor, std::move(spec));
  auto where = start.where();
  return {std::move(where),
          [start = std::move(start)](start_desk& desk, start_context context,
                                     starter::done done) {
            auto parent = desk.parent();
            auto [child, generation, timeout] =
                std::tie(context.child, context.generation, context.timeout);
            auto began = [=, child = child, generation = generation,
                          timeout = timeout](caf::expected<caf::actor> x) {
              if (!x) {
                done(std::move(x));
                return;
              }
              if (!child.empty())
                parent->send(parent, child_reachable{child, generation, *x});
              await_subtree(parent, *x, timeout, done);
            };
            start(desk, std::move(context), std::move(began));
          }};
}

} // namespace troupe
