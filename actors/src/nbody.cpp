// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/nbody.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/make_buffer.hpp"

namespace troupe {

namespace {

/// Uniform in [0, 1); the same on all machines, which the distributions of the
/// standard library are not.
class dice {
public:
  explicit dice(uint64_t seed) : engine_(seed) {
    // nop
  }

  double next() {
    return static_cast<double>(engine_() >> 11) * 0x1p-53;
  }

private:
  std::mt19937_64 engine_;
};

/// Puts a vector of length `r` that points anywhere into `to`.
void put_direction(dice& random, double r, double* x, double* y, double* z) {
  *z = (2 * random.next() - 1) * r;
  auto angle = 2 * std::numbers::pi * random.next();
  auto rest = std::sqrt(r * r - *z * *z);
  *x = rest * std::cos(angle);
  *y = rest * std::sin(angle);
}

/// Takes the mean from all.
void centre(std::span<double> xs) {
  double sum = 0;
  for (auto x : xs)
    sum += x;
  auto mean = sum / static_cast<double>(xs.size());
  for (auto& x : xs)
    x -= mean;
}

/// Returns a speed as a share of that of escape.
double random_speed(dice& random) {
  for (;;) {
    auto q = random.next();
    auto y = 0.1 * random.next();
    if (y < q * q * std::pow(1 - q * q, 3.5))
      return q;
  }
}

caf::error wrong(const std::string& text) {
  return caf::make_error(caf::sec::invalid_argument, text);
}

caf::error check(const frozen_buffer<double>& bodies, uint64_t begin,
                 uint64_t end, double softening) {
  if (bodies.size() % 4 != 0)
    return wrong("bodies has " + std::to_string(bodies.size())
                 + " numbers, must be a multiple of 4");
  if (begin > end || end > bodies.size() / 4)
    return wrong("begin is " + std::to_string(begin) + " and end "
                 + std::to_string(end) + ", must be a range within 0 to "
                 + std::to_string(bodies.size() / 4));
  if (!(softening > 0) || !std::isfinite(softening))
    return wrong("softening is " + std::to_string(softening)
                 + ", must be positive");
  return {};
}

} // namespace

nbody_state plummer_sphere(size_t count, uint64_t seed) {
  // In the units of the paper the system has the energy -1/4.
  constexpr auto scale = 3 * std::numbers::pi / 16;
  // Beyond it there are few, of which each would need a small step.
  constexpr auto max_radius = 10.0;
  dice random{seed};
  nbody_state result;
  result.bodies.resize(4 * count);
  result.velocities.resize(3 * count);
  auto place = result.bodies.data();
  auto velocity = result.velocities.data();
  for (size_t i = 0; i < count; ++i) {
    auto r = max_radius;
    while (r >= max_radius)
      r = 1 / std::sqrt(std::pow(random.next() + 0x1p-60, -2.0 / 3) - 1);
    auto speed =
        random_speed(random) * std::sqrt(2.0) * std::pow(1 + r * r, -0.25);
    put_direction(random, r * scale, place + i, place + count + i,
                  place + 2 * count + i);
    put_direction(random, speed / std::sqrt(scale), velocity + i,
                  velocity + count + i, velocity + 2 * count + i);
    place[3 * count + i] = 1.0 / static_cast<double>(count);
  }
  for (size_t axis = 0; axis < 3 && count > 0; ++axis) {
    centre({place + axis * count, count});
    centre({velocity + axis * count, count});
  }
  return result;
}

void nbody_kick(std::span<double> velocities, std::span<const double> forces,
                double step) {
  auto n = velocities.size() / 3;
  for (size_t axis = 0; axis < 3; ++axis)
    for (size_t i = 0; i < n; ++i)
      velocities[axis * n + i] += step * forces[nbody_force_size * i + axis];
}

void nbody_drift(std::span<const double> bodies,
                 std::span<const double> velocities, double step,
                 std::span<double> out) {
  auto moved = velocities.size();
  for (size_t i = 0; i < moved; ++i)
    out[i] = bodies[i] + step * velocities[i];
  for (auto i = moved; i < bodies.size(); ++i)
    out[i] = bodies[i];
}

double nbody_energy(std::span<const double> bodies,
                    std::span<const double> velocities,
                    std::span<const double> forces) {
  auto n = bodies.size() / 4;
  double result = 0;
  for (size_t i = 0; i < n; ++i) {
    double speed2 = 0;
    for (size_t axis = 0; axis < 3; ++axis)
      speed2 += velocities[axis * n + i] * velocities[axis * n + i];
    // Each pair is counted twice in the potentials.
    result +=
        bodies[3 * n + i] / 2 * (speed2 + forces[nbody_force_size * i + 3]);
  }
  return result;
}

caf::behavior nbody_worker(caf::event_based_actor* self) {
  return {
      [self](const frozen_buffer<double>& bodies, uint64_t begin, uint64_t end,
             double softening,
             owned_buffer<double>& out) -> caf::result<owned_buffer<double>> {
        if (auto problem = check(bodies, begin, end, softening))
          return problem;
        auto size = nbody_force_size * (end - begin);
        if (out.span().size() != size) {
          auto made = make_buffer<double>(self->home_system(), size);
          if (!made)
            return std::move(made.error());
          out = std::move(*made);
        }
        nbody_forces(bodies.span(), begin, end, softening, out.span());
        return std::move(out);
      },
  };
}

} // namespace troupe
