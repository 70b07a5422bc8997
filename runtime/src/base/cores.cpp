// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/cores.hpp"

#include <algorithm>
#include <thread>

#include <sched.h>

namespace troupe {

size_t usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  // Fails on machines with more cores than the set has bits.
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0)
    return static_cast<size_t>(std::max(CPU_COUNT(&cores), 1));
  return std::max(std::thread::hardware_concurrency(), 1u);
}

} // namespace troupe
