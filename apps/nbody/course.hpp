// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "caf/timespan.hpp"

namespace nbody {

/// How a simulation went.
struct course {
  /// Energy at the beginning and after each step.
  std::vector<double> energy = {};

  /// Places at the end, as in `troupe::nbody_state`, without masses.
  std::vector<double> places = {};

  caf::timespan wall{0};
};

/// Returns the largest deviation from the first energy, relative to it.
double energy_drift(const course& x);

/// Returns the largest distance between two places of one particle, relative to
/// its distance from the centre.
/// @pre Both are of the same number of particles.
double deviation(std::span<const double> xs, std::span<const double> ys);

} // namespace nbody
