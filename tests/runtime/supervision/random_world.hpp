// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "supervision/plan.hpp"

namespace troupe::test {

using time_point = supervision_plan::time_point;

/// Chances, out of a thousand.
struct chances {
  int start_fails = 30;
  int start_declines = 10;
  int ignores_exit = 30;
  int never_ends = 3;
};

/// What all nodes of a tree share: time, chance, and what is under way.
struct world {
  explicit world(uint64_t seed) : random(seed) {
    // nop
  }

  int below(int n) {
    return std::uniform_int_distribution<>{0, n - 1}(random);
  }

  bool happens(int per_mille) {
    return below(1000) < per_mille;
  }

  double fraction() {
    return std::uniform_real_distribution<>{}(random);
  }

  std::mt19937_64 random;
  time_point now{std::chrono::hours{1}};
  chances odds;
  /// What happens sometime, in any order.
  std::vector<std::function<void()>> pending;
  uint64_t incarnations = 0;
  uint64_t restarts = 0;
};

/// A supervisor without actors, its children, and what must hold for them.
} // namespace troupe::test
