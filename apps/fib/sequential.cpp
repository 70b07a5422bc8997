// SPDX-License-Identifier: Apache-2.0

#include "sequential.hpp"

#include <chrono>
#include <cstdint>

#include "troupe/actors/fib.hpp"

#include "ticker.hpp"

namespace fib_app {

sequential_phase run_sequential(const task_list& tasks) {
  sequential_phase result;
  ticker ticks;
  auto start = std::chrono::steady_clock::now();
  for (auto n : tasks)
    troupe::fib(int64_t{n});
  result.wall = std::chrono::steady_clock::now() - start;
  ticks.wait();
  result.gaps = ticks.gaps();
  return result;
}

} // namespace fib_app
