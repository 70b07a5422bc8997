// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/fwd.hpp"

namespace troupe {

/// Returns the seed for the random choices of `self`, another one for each
/// actor. It comes from the operating system, unless `repeat_random_choices`
/// was called for the actor's system.
uint64_t random_seed(const caf::local_actor& self);

/// Makes the random choices of actors the same in each run, as far as the
/// actors start in the same order. For tests.
void repeat_random_choices(caf::actor_system_config& cfg, uint64_t seed);

} // namespace troupe
