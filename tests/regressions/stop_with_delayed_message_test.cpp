// SPDX-License-Identifier: Apache-2.0
// A delayed message to a detached actor that had ended kept its thread, and
// with it the end of the actor system, waiting until the message was due.

#include <chrono>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/event_based_actor.hpp"
#include "troupe/scheduling/scheduler.hpp"

namespace troupe {

using namespace std::chrono_literals;

TEST(Regression, SystemDoesNotWaitForADelayedMessageToAnActorThatEnded) {
  auto start = std::chrono::steady_clock::now();
  {
    caf::actor_system_config cfg;
    cfg.load<scheduler>();
    caf::actor_system sys{cfg};
    sys.spawn<caf::detached>([](caf::event_based_actor* self) {
      self->delayed_send(self, 30s, 1);
      self->quit();
    });
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

} // namespace troupe
