// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/nbody.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "caf/event_based_actor.hpp"
#include "caf/sec.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "support/deterministic.hpp"

namespace troupe {

namespace {

std::vector<double> forces_of(const nbody_state& x, double softening) {
  std::vector<double> result(nbody_force_size * x.size());
  nbody_forces(x.bodies, 0, x.size(), softening, result);
  return result;
}

/// Pair by pair, each one once, with more digits.
std::vector<long double> forces_by_pairs(const nbody_state& x,
                                         long double softening) {
  auto n = x.size();
  std::vector<long double> result(nbody_force_size * n);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = i + 1; j < n; ++j) {
      long double d[3];
      auto r2 = softening * softening;
      for (size_t axis = 0; axis < 3; ++axis) {
        d[axis] = static_cast<long double>(x.bodies[axis * n + j])
                  - x.bodies[axis * n + i];
        r2 += d[axis] * d[axis];
      }
      auto r = std::sqrt(r2);
      auto mi = static_cast<long double>(x.bodies[3 * n + i]);
      auto mj = static_cast<long double>(x.bodies[3 * n + j]);
      for (size_t axis = 0; axis < 3; ++axis) {
        result[nbody_force_size * i + axis] += mj * d[axis] / (r2 * r);
        result[nbody_force_size * j + axis] -= mi * d[axis] / (r2 * r);
      }
      result[nbody_force_size * i + 3] -= mj / r;
      result[nbody_force_size * j + 3] -= mi / r;
    }
  return result;
}

/// Two particles of mass 1/2 that circle around each other at the distance 1.
nbody_state pair_in_circle() {
  auto speed = 0.5;
  return {.bodies = {-0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5},
          .velocities = {0, 0, -speed, speed, 0, 0}};
}

} // namespace

TEST(NBody, ForcesAreThoseOfTheSumOverPairs) {
  for (size_t count : {1u, 2u, 63u, 64u, 65u, 500u}) {
    auto state = plummer_sphere(count, 7);
    auto found = forces_of(state, 0.02);
    auto expected = forces_by_pairs(state, 0.02L);
    for (size_t i = 0; i < count; ++i) {
      long double size = 0;
      for (size_t axis = 0; axis < 3; ++axis)
        size += std::abs(expected[nbody_force_size * i + axis]);
      for (size_t axis = 0; axis < 3; ++axis)
        EXPECT_NEAR(
            static_cast<double>(found[nbody_force_size * i + axis]
                                - expected[nbody_force_size * i + axis]),
            0, 1e-12 * static_cast<double>(size) + 1e-15)
            << i << " of " << count;
      EXPECT_NEAR(found[nbody_force_size * i + 3],
                  static_cast<double>(expected[nbody_force_size * i + 3]),
                  1e-11);
    }
  }
}

TEST(NBody, EachParticleComesOutTheSameHoweverTheyAreCut) {
  auto state = plummer_sphere(300, 1);
  auto whole = forces_of(state, 0.02);
  for (size_t begin : {0u, 1u, 64u, 200u})
    for (size_t end : {200u, 201u, 299u, 300u}) {
      std::vector<double> part(nbody_force_size * (end - begin));
      nbody_forces(state.bodies, begin, end, 0.02, part);
      for (size_t i = 0; i < part.size(); ++i)
        ASSERT_EQ(part[i], whole[nbody_force_size * begin + i]);
    }
}

TEST(NBody, APlummerSphereIsAtRestAndInEquilibrium) {
  auto state = plummer_sphere(4'000, 3);
  auto n = state.size();
  ASSERT_EQ(n, 4'000u);
  for (size_t axis = 0; axis < 3; ++axis) {
    double place = 0;
    double velocity = 0;
    for (size_t i = 0; i < n; ++i) {
      place += state.bodies[axis * n + i];
      velocity += state.velocities[axis * n + i];
    }
    EXPECT_NEAR(place, 0, 1e-9);
    EXPECT_NEAR(velocity, 0, 1e-9);
  }
  auto forces = forces_of(state, 1e-4);
  EXPECT_NEAR(nbody_energy(state.bodies, state.velocities, forces), -0.25,
              0.02);
  // The virial theorem: the energy of motion is half of that of places.
  double motion = 0;
  for (auto x : state.velocities)
    motion += x * x / 2 / static_cast<double>(n);
  EXPECT_NEAR(motion, 0.25, 0.02);
  EXPECT_EQ(plummer_sphere(50, 3).bodies, plummer_sphere(50, 3).bodies);
  EXPECT_NE(plummer_sphere(50, 3).bodies, plummer_sphere(50, 4).bodies);
}

TEST(NBody, APairGoesRoundInACircle) {
  auto state = pair_in_circle();
  constexpr auto softening = 1e-6;
  constexpr auto steps = 2'000;
  // Its period: 2 pi sqrt(distance^3 / total mass).
  constexpr auto step = 2 * std::numbers::pi / steps;
  auto first = state;
  auto forces = forces_of(state, softening);
  auto energy = nbody_energy(state.bodies, state.velocities, forces);
  EXPECT_NEAR(energy, -0.125, 1e-9);
  for (auto i = 0; i < steps; ++i) {
    nbody_kick(state.velocities, forces, step / 2);
    nbody_drift(state.bodies, state.velocities, step, state.bodies);
    forces = forces_of(state, softening);
    nbody_kick(state.velocities, forces, step / 2);
    EXPECT_NEAR(nbody_energy(state.bodies, state.velocities, forces), energy,
                1e-5);
  }
  for (size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(state.bodies[i], first.bodies[i], 1e-4) << i;
}

namespace {

struct NBodyWorker : test::deterministic {
  using buffer = owned_buffer<double>;

  frozen_buffer<double> freeze(const nbody_state& x) {
    return std::move(*copy_to_buffer<double>(sys, x.bodies)).freeze();
  }

  buffer make(size_t size) {
    return std::move(*make_buffer<double>(sys, size));
  }

  caf::actor worker = troupe::spawn(sys, nbody_worker);
};

} // namespace

TEST_F(NBodyWorker, FillsTheBufferThatItIsGiven) {
  auto state = plummer_sphere(100, 1);
  auto whole = forces_of(state, 0.1);
  auto out = make(nbody_force_size * 40);
  auto address = out.data();
  auto result = ask<buffer>(worker, freeze(state), uint64_t{10}, uint64_t{50},
                            0.1, std::move(out));
  ASSERT_TRUE(result) << describe(result.error());
  auto found = result->span();
  EXPECT_EQ(found.data(), address);
  ASSERT_EQ(found.size(), nbody_force_size * 40);
  for (size_t i = 0; i < found.size(); ++i)
    ASSERT_EQ(found[i], whole[nbody_force_size * 10 + i]);
}

TEST_F(NBodyWorker, MakesABufferIfThatOneIsLost) {
  auto result = ask<buffer>(worker, freeze(plummer_sphere(100, 1)), uint64_t{0},
                            uint64_t{100}, 0.1, buffer{});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->size(), nbody_force_size * 100);
}

TEST_F(NBodyWorker, RefusesWhatMakesNoSense) {
  auto bodies = freeze(plummer_sphere(10, 1));
  auto reason = [&](const frozen_buffer<double>& x, uint64_t begin,
                    uint64_t end, double softening) {
    auto result = ask<buffer>(worker, x, begin, end, softening, buffer{});
    EXPECT_FALSE(result);
    EXPECT_EQ(result.error(), caf::sec::invalid_argument);
    return describe(result.error());
  };
  EXPECT_EQ(reason(bodies, 0, 11, 0.1),
            "begin is 0 and end 11, must be a range within 0 to 10");
  EXPECT_EQ(reason(bodies, 5, 4, 0.1),
            "begin is 5 and end 4, must be a range within 0 to 10");
  EXPECT_EQ(reason(bodies, 0, 10, 0),
            "softening is 0.000000, must be positive");
  EXPECT_EQ(reason(bodies.slice(0, 7), 0, 1, 0.1),
            "bodies has 7 numbers, must be a multiple of 4");
}

} // namespace troupe
