// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/actor.hpp"
#include "caf/atom.hpp"
#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

#include "troupe/config.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/remote/node.hpp"

#include "fault.hpp"

namespace demo {

using arm_atom = caf::atom_constant<caf::atom("arm")>;
using poison_atom = caf::atom_constant<caf::atom("poison")>;
using step_atom = caf::atom_constant<caf::atom("step")>;
using survey_atom = caf::atom_constant<caf::atom("survey")>;

/// What a stuck handler does when it is asked to cancel.
enum class manners : uint8_t {
  /// Goes on with its work.
  polite = 1,
  /// Stays stuck for a while longer than anybody waits.
  stubborn,
};

/// What a worker does that is told to throw.
enum class impact : uint8_t {
  /// Throws.
  exception = 1,
  /// Follows a wild pointer, which ends its whole process.
  crash,
};

/// Counts primes.
///
/// | accepts                 | replies                                       |
/// |-------------------------|-----------------------------------------------|
/// | `uint64_t, uint64_t`    | `uint64_t`: primes in [first, last)           |
/// | `(arm_atom, uint8_t)`   | nothing; the next piece of work fails in the  |
/// |                         | way of that `fault_kind`                      |
/// | `(poison_atom, size_t)` | throws                                        |
caf::behavior counter(caf::event_based_actor* self, manners how, impact worst);

/// A range of numbers in steps.
struct survey {
  uint64_t first = 0;
  uint64_t last = 0;
  size_t steps = 1;
};

/// Counts primes in one long range, step by step, and hands each step to its
/// supervisor as a checkpoint: the next incarnation goes on from there.
///
/// Sends `(step_atom, size_t index, size_t step)` to `out` for each step before
/// the checkpoint, and `(survey_atom, size_t index, uint64_t primes)` at the
/// end. Also accepts `arm_atom` and `poison_atom` as a `counter` does.
caf::behavior surveyor(caf::event_based_actor* self, size_t index, survey what,
                       impact worst, caf::actor out);

/// Registers `counter` and `surveyor` for worker processes and nodes.
/// @param worst What throw does there.
void add_worker_types(troupe::config& cfg, impact worst);

/// Start them in worker processes.
troupe::starter counter_process(manners how);
troupe::starter surveyor_process(size_t index, survey what, caf::actor out);

/// Start them on whichever node has the least to do.
troupe::starter counter_on(const troupe::node& node, manners how);
troupe::starter surveyor_on(const troupe::node& node, size_t index, survey what,
                            caf::actor out);

} // namespace demo
