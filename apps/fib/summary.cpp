// SPDX-License-Identifier: Apache-2.0

#include "summary.hpp"

namespace fib_app {

size_t summary::workers() const noexcept {
  size_t result = 0;
  for (auto& node : nodes)
    result += node.workers;
  return result;
}

std::optional<double> summary::speed_up() const {
  if (!sequential || parallel.wall.count() == 0)
    return std::nullopt;
  return static_cast<double>(sequential->wall.count())
         / static_cast<double>(parallel.wall.count());
}

std::optional<double> summary::efficiency(size_t units) const {
  auto result = speed_up();
  if (result)
    *result /= static_cast<double>(units);
  return result;
}

} // namespace fib_app
