// SPDX-License-Identifier: Apache-2.0

#include "compute_worker.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/message_handler.hpp"

#include "troupe/actors/fib.hpp"
#include "troupe/actors/particles.hpp"

namespace server_app {

caf::behavior compute_worker(caf::event_based_actor* self) {
  caf::message_handler fib{troupe::fib_worker(self).as_behavior_impl()};
  return fib.or_else(troupe::particle_worker(self));
}

} // namespace server_app
