// SPDX-License-Identifier: Apache-2.0

#include "troupe/base/cores.hpp"

#include <algorithm>

#include "port/cpus.hpp"

namespace troupe {

size_t usable_cores() {
  auto result = std::max<size_t>(port::allowed_cpus().size(), 1);
  if (auto quota = port::cpu_quota())
    result = std::min(result, std::max<size_t>(*quota, 1));
  return result;
}

} // namespace troupe
