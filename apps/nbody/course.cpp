// SPDX-License-Identifier: Apache-2.0

#include "course.hpp"

#include <algorithm>
#include <cmath>

namespace nbody {

double energy_drift(const course& x) {
  double result = 0;
  for (auto energy : x.energy)
    result = std::max(result, std::abs(energy - x.energy.front()));
  return x.energy.empty() ? 0 : result / std::abs(x.energy.front());
}

double deviation(std::span<const double> xs, std::span<const double> ys) {
  auto n = xs.size() / 3;
  double result = 0;
  for (size_t i = 0; i < n; ++i) {
    double apart = 0;
    double away = 0;
    for (size_t axis = 0; axis < 3; ++axis) {
      auto x = xs[axis * n + i];
      auto y = ys[axis * n + i];
      apart += (x - y) * (x - y);
      away += x * x;
    }
    // Not a number must not pass for no deviation.
    auto ratio = apart == 0 ? 0 : std::sqrt(apart / away);
    if (!(ratio <= result))
      result = ratio;
  }
  return result;
}

} // namespace nbody
