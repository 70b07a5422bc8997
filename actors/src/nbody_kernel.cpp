// SPDX-License-Identifier: Apache-2.0

// Compiled such that square roots need not set errno: then loops with them
// become vector instructions.

#include "troupe/actors/nbody.hpp"

#include <algorithm>
#include <cmath>

#include "clones.hpp"

namespace troupe {

namespace {

/// Particles whose sums are kept in the fastest cache. Each one adds up in the
/// same order whatever the width of the vectors is.
constexpr size_t block = 64;

struct particles {
  const double* x;
  const double* y;
  const double* z;
  const double* mass;
  size_t count;
};

/// Sums up for `block` particles, the first of which is `first`; those beyond
/// `last` are computed like that one.
TROUPE_CLONES void sum_up(const particles& all, size_t first, size_t last,
                          double softening, double* out) {
  double x[block];
  double y[block];
  double z[block];
  double ax[block] = {};
  double ay[block] = {};
  double az[block] = {};
  double phi[block] = {};
  for (size_t k = 0; k < block; ++k) {
    auto i = std::min(first + k, last);
    x[k] = all.x[i];
    y[k] = all.y[i];
    z[k] = all.z[i];
  }
  auto eps2 = softening * softening;
  for (size_t j = 0; j < all.count; ++j) {
    auto xj = all.x[j];
    auto yj = all.y[j];
    auto zj = all.z[j];
    auto mass = all.mass[j];
    for (size_t k = 0; k < block; ++k) {
      auto dx = xj - x[k];
      auto dy = yj - y[k];
      auto dz = zj - z[k];
      auto inverse = 1 / std::sqrt(dx * dx + dy * dy + dz * dz + eps2);
      auto potential = mass * inverse;
      auto pull = potential * inverse * inverse;
      ax[k] += pull * dx;
      ay[k] += pull * dy;
      az[k] += pull * dz;
      phi[k] -= potential;
    }
  }
  for (size_t k = 0; first + k <= last && k < block; ++k) {
    out[nbody_force_size * k] = ax[k];
    out[nbody_force_size * k + 1] = ay[k];
    out[nbody_force_size * k + 2] = az[k];
    // Without the particle itself.
    out[nbody_force_size * k + 3] = phi[k] + all.mass[first + k] / softening;
  }
}

} // namespace

void nbody_forces(std::span<const double> bodies, size_t begin, size_t end,
                  double softening, std::span<double> out) {
  auto n = bodies.size() / 4;
  particles all{bodies.data(), bodies.data() + n, bodies.data() + 2 * n,
                bodies.data() + 3 * n, n};
  for (auto first = begin; first < end; first += block)
    sum_up(all, first, end - 1, softening,
           out.data() + nbody_force_size * (first - begin));
}

} // namespace troupe
