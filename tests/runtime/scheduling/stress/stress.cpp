// SPDX-License-Identifier: Apache-2.0

#include "runtime/scheduling/stress/stress.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <random>

namespace troupe::test {

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int slowdown = 10;
#else
constexpr int slowdown = 1;
#endif

} // namespace

int rounds(int usual) {
  auto text = std::getenv("TROUPE_STRESS");
  auto factor = text != nullptr ? std::max(1, std::atoi(text)) : 1;
  return std::max(1, usual / slowdown) * factor;
}

uint64_t seed() {
  auto text = std::getenv("TROUPE_SEED");
  auto result = text != nullptr ? std::strtoull(text, nullptr, 10)
                                : std::random_device{}();
  std::cout << "TROUPE_SEED=" << result << std::endl;
  return result;
}

void idle_for(uint64_t steps) {
  for (; steps > 0; --steps)
    std::atomic_signal_fence(std::memory_order_seq_cst);
}

stress_config::stress_config(size_t workers, worker_placement placement) {
  load<scheduler>();
  write_scheduler_options(*this, {.workers = workers, .placement = placement});
}

} // namespace troupe::test
