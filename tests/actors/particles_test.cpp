// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/particles.hpp"

#include <cmath>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace troupe {

namespace {

struct particles_case {
  std::string name;
  particle_task task;
};

std::ostream& operator<<(std::ostream& out, const particles_case& x) {
  return out << x.name;
}

class Particles : public testing::TestWithParam<particles_case> {};

void expect_near(const particle_sums& x, const particle_sums& y) {
  EXPECT_EQ(x.count, y.count);
  EXPECT_EQ(x.bounces, y.bounces);
  EXPECT_NEAR(x.x, y.x, 1e-9);
  EXPECT_NEAR(x.y, y.y, 1e-9);
  EXPECT_NEAR(x.z, y.z, 1e-9);
  EXPECT_NEAR(x.vx, y.vx, 1e-9);
  EXPECT_NEAR(x.vy, y.vy, 1e-9);
  EXPECT_NEAR(x.vz, y.vz, 1e-9);
  EXPECT_NEAR(x.energy, y.energy, 1e-9);
}

} // namespace

TEST_P(Particles, SteppedAreWhereFoldedPathsEnd) {
  expect_near(simulate(GetParam().task), simulate_at_once(GetParam().task));
}

TEST_P(Particles, InPartsAreTheSame) {
  auto whole = GetParam().task;
  auto first = whole;
  first.count = whole.count / 3;
  auto rest = whole;
  rest.first += first.count;
  rest.count -= first.count;
  auto sums = simulate(first);
  sums += simulate(rest);
  expect_near(sums, simulate(whole));
}

TEST_P(Particles, KeepTheirEnergy) {
  auto still = GetParam().task;
  still.steps = 0;
  EXPECT_NEAR(simulate(GetParam().task).energy, simulate(still).energy, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(
    , Particles,
    testing::Values(
        particles_case{"Some", {.seed = 1, .count = 50, .steps = 100}},
        particles_case{"NotFromTheFirst",
                       {.seed = 7, .first = 1000, .count = 9, .steps = 1'000}},
        particles_case{"WithTheLongestStep",
                       {.seed = 3, .count = 30, .steps = 64, .dt = 1}},
        particles_case{"WithoutSteps", {.seed = 3, .count = 30}},
        particles_case{"None", {.seed = 3, .count = 0, .steps = 10}}),
    [](const auto& x) { return x.param.name; });

TEST(ParticlesOfOtherSeeds, AreElsewhere) {
  EXPECT_NE(simulate({.seed = 1, .count = 1}).x,
            simulate({.seed = 2, .count = 1}).x);
}

} // namespace troupe
