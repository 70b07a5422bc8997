// SPDX-License-Identifier: Apache-2.0

#include "troupe/process/process_limits.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#include <sched.h>
#include <unistd.h>

#include <fmt/format.h>

#include "troupe/base/errc.hpp"

#include "base/quantity.hpp"

namespace troupe {

namespace {

constexpr uint64_t min_address_space = uint64_t{1} << 20;
constexpr uint64_t max_address_space = uint64_t{1} << 50;
constexpr caf::timespan min_cpu_time = std::chrono::seconds{1};
constexpr caf::timespan max_cpu_time = std::chrono::hours{24 * 3650};
constexpr int max_niceness = 19;
constexpr size_t min_open_files = 64;
constexpr size_t max_open_files = 1 << 20;

/// Returns the cores of the main thread: others may be bound to one of them.
std::vector<size_t> allowed_cores() {
  cpu_set_t all;
  CPU_ZERO(&all);
  std::vector<size_t> result;
  if (sched_getaffinity(getpid(), sizeof(all), &all) == 0)
    for (size_t core = 0; core < CPU_SETSIZE; ++core)
      if (CPU_ISSET(core, &all))
        result.push_back(core);
  return result;
}

} // namespace

caf::error validate(const process_limits& x) {
  if (auto n = x.address_space_bytes;
      n && (*n < min_address_space || *n > max_address_space))
    return make_error(errc::bad_address_space_limit,
                      fmt::format("address_space_bytes is {}, must be 1MiB to "
                                  "1PiB",
                                  format_bytes(*n)));
  if (auto t = x.cpu_time; t && (*t < min_cpu_time || *t > max_cpu_time))
    return make_error(errc::bad_cpu_limit,
                      fmt::format("cpu_time is {}, must be 1s to 10 years",
                                  format_duration(*t)));
  if (x.niceness < 0 || x.niceness > max_niceness)
    return make_error(errc::bad_niceness,
                      fmt::format("niceness is {}, must be 0 to {}", x.niceness,
                                  max_niceness));
  auto allowed = allowed_cores();
  for (auto core : x.cores)
    if (!std::binary_search(allowed.begin(), allowed.end(), core))
      return make_error(errc::bad_cores,
                        fmt::format("cores has {}, must be of {}", core,
                                    fmt::join(allowed, ", ")));
  if (auto n = x.open_files; n && (*n < min_open_files || *n > max_open_files))
    return make_error(errc::bad_open_files_limit,
                      fmt::format("open_files is {}, must be {} to {}", *n,
                                  min_open_files, max_open_files));
  return {};
}

} // namespace troupe
