// SPDX-License-Identifier: Apache-2.0

// [example]
#include <chrono>
#include <iostream>

#include "troupe/testing/test_failure.hpp"
#include "troupe/testing/test_probe.hpp"
#include "troupe/testing/test_system.hpp"

#include "caf/event_based_actor.hpp"

using namespace std::chrono_literals;

caf::behavior egg_timer(caf::event_based_actor* self) {
  return {[=](caf::timespan x) {
    self->delayed_send(caf::actor_cast<caf::actor>(self->current_sender()), x,
                       caf::ok_atom_v);
  }};
}

int main() {
  troupe::test_system system;
  troupe::test_probe cook{system};
  auto timer = system.system().spawn(egg_timer);
  cook.send(timer, caf::timespan{4min});
  cook.expect<caf::ok_atom>({.from = timer, .within = 4min});
  cook.send(timer, caf::timespan{10min});
  try {
    cook.expect<caf::ok_atom>({.within = 9min});
  } catch (const troupe::test_failure& e) {
    std::cout << e.what() << '\n';
  }
  cook.expect<caf::ok_atom>({.within = 1min});
}
// [example]
