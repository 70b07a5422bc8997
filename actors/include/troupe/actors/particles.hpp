// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"

namespace troupe {

/// A part of a simulation: particles that fly in a cube of edge length 1
/// between mirroring walls and do not see each other. Where particle number n
/// starts and how fast depends on `seed` and n alone, so that parts may be
/// simulated anywhere, in any order.
struct particle_task {
  uint64_t seed = 0;

  /// Number of the first particle, and how many.
  uint64_t first = 0;
  uint64_t count = 0;

  uint64_t steps = 0;

  /// Length of a step, above 0 and at most 1, so that no particle crosses the
  /// cube in one.
  double dt = 0.01;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, particle_task& x) {
  return f(caf::meta::type_name("troupe::particle_task"), x.seed, x.first,
           x.count, x.steps, x.dt);
}

/// What is known of particles together, each of mass 1, after the last step.
struct particle_sums {
  uint64_t count = 0;

  /// Sums of their coordinates and of their velocities.
  double x = 0;
  double y = 0;
  double z = 0;
  double vx = 0;
  double vy = 0;
  double vz = 0;

  /// Kinetic energy, which no wall changes.
  double energy = 0;

  /// Reflections at walls.
  uint64_t bounces = 0;

  particle_sums& operator+=(const particle_sums& other);

  friend bool operator==(const particle_sums&, const particle_sums&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, particle_sums& x) {
  return f(caf::meta::type_name("troupe::particle_sums"), x.count, x.x, x.y,
           x.z, x.vx, x.vy, x.vz, x.energy, x.bounces);
}

/// Simulates the particles of a task step by step.
/// @pre `0 < x.dt && x.dt <= 1`
particle_sums simulate(const particle_task& x);

/// Computes the same without steps: between mirrors a particle is where it
/// would be without them, folded. Agrees with `simulate` up to rounding.
/// @pre as with `simulate`
particle_sums simulate_at_once(const particle_task& x);

/// Simulates particles.
///
/// | accepts         | replies                                               |
/// |-----------------|-------------------------------------------------------|
/// | `particle_task` | `particle_sums` and the `caf::timespan` it took, or   |
/// |                 | `sec::invalid_argument` for a `dt` out of range       |
///
/// A plain CAF actor that stays busy until the last step is done.
caf::behavior particle_worker(caf::event_based_actor* self);

} // namespace troupe
