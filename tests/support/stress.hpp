// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace troupe::test {

/// How much more than usual a stress test is to do, from `TROUPE_STRESS`.
inline int stress_factor() {
  auto text = std::getenv("TROUPE_STRESS");
  return text != nullptr ? std::max(1, std::atoi(text)) : 1;
}

/// Returns the seed of this run, from `TROUPE_SEED` if that is set, and prints
/// it.
inline uint64_t stress_seed() {
  auto text = std::getenv("TROUPE_SEED");
  auto result = text != nullptr ? std::strtoull(text, nullptr, 10)
                                : std::random_device{}();
  std::cout << "TROUPE_SEED=" << result << "\n";
  return result;
}

} // namespace troupe::test
