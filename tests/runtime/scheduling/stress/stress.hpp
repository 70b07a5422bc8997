// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

#include "caf/actor_system_config.hpp"

#include "troupe/scheduling/scheduler.hpp"

namespace troupe::test {

/// Returns how many rounds make up for `usual` ones: `TROUPE_STRESS=N` asks for
/// N times as many, and a sanitizer that slows all down gets fewer.
int rounds(int usual);

/// Returns a new seed, or that of `TROUPE_SEED`, and prints it.
uint64_t seed();

/// Does nothing for about `steps` steps.
void idle_for(uint64_t steps);

/// A configuration with troupe's scheduler.
struct stress_config : caf::actor_system_config {
  stress_config(size_t workers, worker_placement placement);
};

} // namespace troupe::test
