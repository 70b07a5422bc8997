// SPDX-License-Identifier: Apache-2.0

#include "location/init_probe.hpp"

#include <string>
#include <utility>

#include "caf/abstract_actor.hpp"
#include "caf/actor_cast.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/monitorable_actor.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

/// Returns why `x` has ended if `why` says no more than that it has.
caf::error last_words(const caf::actor& x, caf::error why) {
  if (why != caf::sec::request_receiver_down)
    return why;
  auto ptr = dynamic_cast<caf::monitorable_actor*>(
      caf::actor_cast<caf::abstract_actor*>(x));
  auto reason = ptr != nullptr ? ptr->fail_state() : caf::error{};
  return reason ? reason : make_error(errc::start_failed, "it ended at once");
}

} // namespace

bool is_blocking(const caf::actor& x) {
  return caf::actor_cast<caf::abstract_actor*>(x)->getf(
      caf::abstract_actor::is_blocking_flag);
}

void await_init(caf::event_based_actor* self, const caf::actor& x,
                std::function<void(caf::expected<caf::actor>)> done) {
  if (is_blocking(x)) {
    done(x);
    return;
  }
  // CAF answers this for the actor, once its init function has run.
  self->request(x, caf::infinite, caf::sys_atom_v, caf::get_atom_v, "info")
      .then([=](caf::ok_atom, const std::string&, const caf::strong_actor_ptr&,
                const std::string&) { done(x); },
            [=](caf::error& why) { done(last_words(x, std::move(why))); });
}

} // namespace troupe
