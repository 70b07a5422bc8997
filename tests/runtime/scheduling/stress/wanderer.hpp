// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/actor.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"

#include "runtime/scheduling/stress/ledger.hpp"

namespace troupe::test {

/// An actor of the stress tests, and the record of its life.
struct wanderer {
  caf::actor handle;
  life_ptr record;

  explicit operator bool() const {
    return static_cast<bool>(handle);
  }
};

/// What wanderers may do besides sending, asking and starting others.
enum class wandering : uint8_t {
  /// Stay until nobody can reach them.
  stay = 1,
  /// Quit, have others exit, link to them and monitor them.
  come_and_go,
};

/// Starts an actor that spends the energy of each message on random steps: it
/// sends the rest of it to a peer, asks one, starts a child, ... Energy only
/// ever decreases, so every run ends.
wanderer start_wanderer(caf::actor_system& sys, ledger& books, uint64_t random,
                        wandering how);

/// Sends `energy` to `x` from outside.
void send_energy(const wanderer& x, int energy);

} // namespace troupe::test
