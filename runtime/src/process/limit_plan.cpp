// SPDX-License-Identifier: Apache-2.0

#include "process/limit_plan.hpp"

#include <algorithm>

namespace troupe {

std::vector<resource_limit> plan_limits(const process_limits& x,
                                        const limits_before& now) {
  using kind = resource_limit::kind;
  using seconds = std::chrono::seconds;
  std::vector<resource_limit> result;
  if (x.address_space_bytes) {
    auto bytes = now.address_space_bytes + *x.address_space_bytes;
    result.push_back({kind::address_space, bytes, bytes});
  }
  if (x.cpu_time) {
    auto end = std::chrono::ceil<seconds>(now.cpu_time + *x.cpu_time);
    auto soft = static_cast<uint64_t>(end.count());
    result.push_back({kind::cpu_seconds, soft, soft + 1});
  }
  if (x.open_files) {
    auto n = std::min<uint64_t>(*x.open_files, now.max_open_files);
    result.push_back({kind::open_files, n, n});
  }
  return result;
}

} // namespace troupe
