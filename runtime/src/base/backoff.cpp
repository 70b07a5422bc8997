// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace troupe {

caf::timespan backoff_delay(const backoff& x, size_t repetition,
                            double random) {
  // Doubles neither overflow nor lose what matters to a delay.
  auto exponent = static_cast<int>(std::min<size_t>(repetition, 1023));
  auto bound =
      std::min(std::ldexp(static_cast<double>(x.first.count()), exponent),
               static_cast<double>(x.cap.count()));
  auto result = bound * std::clamp(random, 0.0, 1.0);
  // The cap as a double may be the next number above the cap.
  if (result >= static_cast<double>(x.cap.count()))
    return x.cap;
  return caf::timespan{static_cast<caf::timespan::rep>(result)};
}

} // namespace troupe
