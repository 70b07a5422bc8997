// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/particles.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <string>

#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"
#include "caf/timespan.hpp"

namespace troupe {

namespace {

/// A coordinate and the speed along it.
struct motion {
  double at;
  double speed;
};

using particle = std::array<motion, 3>;

/// The finaliser of SplitMix64, whose outputs are independent for neighbouring
/// inputs.
uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Returns a number from 0 to 1, without 1.
double unit(uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

particle born(uint64_t seed, uint64_t number) {
  particle result;
  auto state = mix(mix(seed) + number);
  for (auto& x : result) {
    x.at = unit(mix(state += 0x9e3779b97f4a7c15));
    x.speed = 2 * unit(mix(state += 0x9e3779b97f4a7c15)) - 1;
  }
  return result;
}

void add(particle_sums& to, const particle& p) {
  ++to.count;
  to.x += p[0].at;
  to.y += p[1].at;
  to.z += p[2].at;
  to.vx += p[0].speed;
  to.vy += p[1].speed;
  to.vz += p[2].speed;
  to.energy += 0.5
               * (p[0].speed * p[0].speed + p[1].speed * p[1].speed
                  + p[2].speed * p[2].speed);
}

/// Returns whether a wall was hit.
bool step(motion& x, double dt) {
  x.at += x.speed * dt;
  auto below = x.at < 0;
  if (!below && x.at <= 1)
    return false;
  x.at = below ? -x.at : 2 - x.at;
  x.speed = -x.speed;
  return true;
}

} // namespace

particle_sums& particle_sums::operator+=(const particle_sums& other) {
  count += other.count;
  x += other.x;
  y += other.y;
  z += other.z;
  vx += other.vx;
  vy += other.vy;
  vz += other.vz;
  energy += other.energy;
  bounces += other.bounces;
  return *this;
}

particle_sums simulate(const particle_task& x) {
  particle_sums result;
  for (uint64_t i = 0; i < x.count; ++i) {
    auto p = born(x.seed, x.first + i);
    for (uint64_t n = 0; n < x.steps; ++n)
      for (auto& m : p)
        result.bounces += step(m, x.dt);
    add(result, p);
  }
  return result;
}

particle_sums simulate_at_once(const particle_task& x) {
  particle_sums result;
  auto time = static_cast<double>(x.steps) * x.dt;
  for (uint64_t i = 0; i < x.count; ++i) {
    auto p = born(x.seed, x.first + i);
    for (auto& m : p) {
      auto unfolded = m.at + m.speed * time;
      auto walls = std::floor(unfolded);
      auto inside = unfolded - walls;
      auto odd = std::fmod(std::abs(walls), 2) == 1;
      m = odd ? motion{1 - inside, -m.speed} : motion{inside, m.speed};
      result.bounces += static_cast<uint64_t>(std::abs(walls));
    }
    add(result, p);
  }
  return result;
}

caf::behavior particle_worker(caf::event_based_actor*) {
  return {
      [](const particle_task& x) -> caf::result<particle_sums, caf::timespan> {
        if (!(x.dt > 0 && x.dt <= 1))
          return caf::make_error(caf::sec::invalid_argument,
                                 "dt is " + std::to_string(x.dt)
                                     + ", must be above 0 and at most 1");
        auto start = std::chrono::steady_clock::now();
        auto sums = simulate(x);
        caf::timespan elapsed = std::chrono::steady_clock::now() - start;
        return {sums, elapsed};
      },
  };
}

} // namespace troupe
