// SPDX-License-Identifier: Apache-2.0

#include <atomic>
#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/scheduling/scheduler.hpp"
#include "troupe/scheduling/scheduler_options.hpp"

namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

/// An actor that always has something to do.
caf::behavior restless(caf::event_based_actor* self) {
  self->send(self, 1);
  return {[self](int) {
    for (auto end = clock_type::now() + 100us; clock_type::now() < end;)
      ; // nop
    self->send(self, 1);
  }};
}

} // namespace

// Actors that waited behind a handler which did not return got no turn while
// the other workers had work of their own and never looked for more.
TEST(Regression, ActorsBehindAStuckWorkerRunThoughAllOthersAreBusy) {
  caf::actor_system_config cfg;
  cfg.load<troupe::scheduler>();
  troupe::write_scheduler_options(cfg, {.workers = 2});
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  std::atomic<bool> received = false;
  std::atomic<bool> seen_in_time = false;
  auto receiver = sys.spawn([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](int) { received = true; }};
  });
  std::vector<caf::actor> crowd;
  for (int i = 0; i < 8; ++i)
    crowd.push_back(sys.spawn(restless));
  auto stuck = sys.spawn([&](caf::event_based_actor* me) -> caf::behavior {
    return {[&, me](int) {
      me->send(receiver, 1);
      // Far longer than it takes, because the machine may be busy.
      for (auto end = clock_type::now() + 5s;
           clock_type::now() < end && !received;)
        ; // nop
      seen_in_time = received.load();
      return 1;
    }};
  });
  self->request(stuck, 20s, 1).receive([](int) {}, [](caf::error&) { FAIL(); });
  EXPECT_TRUE(seen_in_time);
  for (auto& x : crowd)
    self->send_exit(x, caf::exit_reason::kill);
}
