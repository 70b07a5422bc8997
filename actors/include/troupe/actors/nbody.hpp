// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

// Particles that attract each other by gravity, summed up directly. Units are
// such that the constant of gravity is 1.

namespace troupe {

/// Numbers that `nbody_forces` gives for each particle: three of acceleration
/// and the potential.
inline constexpr size_t nbody_force_size = 4;

/// Particles at one moment.
struct nbody_state {
  /// The x of all, then the y, the z and the masses.
  std::vector<double> bodies;

  /// The x of all, then the y and the z.
  std::vector<double> velocities;

  size_t size() const {
    return bodies.size() / 4;
  }
};

/// Returns a Plummer sphere of total mass 1 in equilibrium, with its centre of
/// mass at rest; see S. J. Aarseth, M. Henon, R. Wielen, "A comparison of
/// numerical methods for the study of star cluster dynamics", 1974. The same
/// seed gives the same particles.
nbody_state plummer_sphere(size_t count, uint64_t seed);

/// Computes what all particles do to those from `begin` to before `end`, with
/// Plummer softening. Each one's result does not depend on which others are
/// computed with it.
/// @param bodies As in `nbody_state`.
/// @param out Gets `nbody_force_size` numbers for each.
/// @pre `softening > 0`, `begin <= end`, `out` has the right size.
void nbody_forces(std::span<const double> bodies, size_t begin, size_t end,
                  double softening, std::span<double> out);

/// Changes velocities by what `nbody_forces` gave for all particles.
void nbody_kick(std::span<double> velocities, std::span<const double> forces,
                double step);

/// Moves all particles.
/// @param bodies Where they were.
/// @param out Where they are then; may be the same.
void nbody_drift(std::span<const double> bodies,
                 std::span<const double> velocities, double step,
                 std::span<double> out);

/// Returns the energy of all particles.
double nbody_energy(std::span<const double> bodies,
                    std::span<const double> velocities,
                    std::span<const double> forces);

/// Computes forces for others.
///
/// | accepts                              | replies                          |
/// |--------------------------------------|----------------------------------|
/// | `frozen_buffer<double>` bodies,      | `owned_buffer<double>`, what     |
/// | `uint64_t` begin, `uint64_t` end,    | `nbody_forces` gives, in `out`   |
/// | `double` softening,                  | or, if that has another size, in |
/// | `owned_buffer<double>` out           | new memory; or                   |
/// |                                      | `sec::invalid_argument`          |
caf::behavior nbody_worker(caf::event_based_actor* self);

} // namespace troupe
