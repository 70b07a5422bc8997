// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "troupe/actors/nbody.hpp"

#include "course.hpp"

namespace nbody {

/// Steps of a simulation; forces come from wherever the caller likes.
struct leapfrog {
  troupe::nbody_state state;
  double step_size;
  size_t steps;

  /// Kicks by half a step, drifts, and kicks again: an error of third order per
  /// step, and an energy that swings but hardly drifts.
  ///
  /// `forces(places)` puts the present forces into a span that it returns and
  /// that stays until the next call, or returns an empty one to break off.
  /// `seen(step, places)` is told of each state, the first included.
  /// @returns how far it got.
  template <class Forces, class Seen>
  course run(Forces forces, Seen seen) {
    course result;
    auto start = std::chrono::steady_clock::now();
    std::span<const double> present = forces(state.bodies);
    for (size_t i = 0; !present.empty(); ++i) {
      auto& places = state.bodies;
      auto& velocities = state.velocities;
      result.energy.push_back(
          troupe::nbody_energy(places, velocities, present));
      seen(i, std::span<const double>{places});
      if (i == steps)
        break;
      troupe::nbody_kick(velocities, present, step_size / 2);
      troupe::nbody_drift(places, velocities, step_size, places);
      present = forces(places);
      if (!present.empty())
        troupe::nbody_kick(velocities, present, step_size / 2);
    }
    result.wall = std::chrono::steady_clock::now() - start;
    auto moved = 3 * state.size();
    result.places.assign(state.bodies.begin(),
                         state.bodies.begin() + static_cast<ptrdiff_t>(moved));
    return result;
  }
};

} // namespace nbody
