// SPDX-License-Identifier: Apache-2.0

#include "port/cpus.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>

#include <sched.h>

namespace troupe::port {

namespace {

std::optional<int64_t> parse_int(std::string_view x) {
  while (!x.empty() && (x.back() == '\n' || x.back() == ' '))
    x.remove_suffix(1);
  int64_t result = 0;
  auto [ptr, ec] = std::from_chars(x.data(), x.data() + x.size(), result);
  if (ec != std::errc{} || ptr != x.data() + x.size())
    return std::nullopt;
  return result;
}

std::optional<size_t> cores_of(std::optional<int64_t> quota,
                               std::optional<int64_t> period) {
  if (!quota || !period || *quota <= 0 || *period <= 0)
    return std::nullopt;
  return static_cast<size_t>((*quota + *period - 1) / *period);
}

std::optional<std::string> slurp(const std::string& path) {
  std::ifstream in{path};
  if (!in)
    return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

std::optional<size_t> tighter(std::optional<size_t> a,
                              std::optional<size_t> b) {
  if (!a || !b)
    return a ? a : b;
  return std::min(*a, *b);
}

/// Applies `read` to `path` and all its parents and keeps the least result.
template <class F>
std::optional<size_t> least_upwards(std::string path, F read) {
  std::optional<size_t> result;
  for (;;) {
    result = tighter(result, read(path));
    auto slash = path.rfind('/');
    if (slash == std::string::npos)
      return result;
    path.resize(slash);
  }
}

} // namespace

std::optional<size_t> parse_cpu_max(std::string_view text) {
  auto space = text.find(' ');
  if (space == std::string_view::npos)
    return std::nullopt;
  return cores_of(parse_int(text.substr(0, space)),
                  parse_int(text.substr(space + 1)));
}

std::optional<size_t> parse_cfs_quota(std::string_view quota,
                                      std::string_view period) {
  return cores_of(parse_int(quota), parse_int(period));
}

std::optional<std::string> parse_cgroup_path(std::string_view text,
                                             std::string_view controller) {
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto first = line.find(':');
    auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos)
      continue;
    auto names = line.substr(first + 1, second - first - 1);
    auto matches = names == controller;
    for (auto rest = names; !matches && !rest.empty();) {
      auto comma = std::min(rest.find(','), rest.size());
      matches = rest.substr(0, comma) == controller;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    if (matches) {
      std::string path{line.substr(second + 1)};
      return path == "/" ? std::string{} : path;
    }
  }
  return std::nullopt;
}

std::vector<int> assign_cpus(const std::vector<int>& allowed, size_t workers,
                             size_t offset) {
  std::vector<int> result;
  if (allowed.empty())
    return result;
  if (workers >= allowed.size())
    offset = 0;
  for (size_t i = 0; i < workers; ++i)
    result.push_back(allowed[(offset + i) % allowed.size()]);
  return result;
}

std::vector<int> allowed_cpus() {
  std::vector<int> result;
  // The kernel refuses masks smaller than its own.
  for (int capacity = 1024; capacity <= 1 << 18; capacity *= 4) {
    auto* set = CPU_ALLOC(capacity);
    auto bytes = CPU_ALLOC_SIZE(capacity);
    auto ok = sched_getaffinity(0, bytes, set) == 0;
    for (int cpu = 0; ok && cpu < capacity; ++cpu)
      if (CPU_ISSET_S(cpu, bytes, set))
        result.push_back(cpu);
    CPU_FREE(set);
    if (ok)
      break;
  }
  return result;
}

std::optional<size_t> cpu_quota(std::string_view membership,
                                const std::string& mount) {
  std::optional<size_t> result;
  if (auto path = parse_cgroup_path(membership, ""))
    result = least_upwards(*path, [&](const std::string& p) {
      auto text = slurp(mount + p + "/cpu.max");
      return text ? parse_cpu_max(*text) : std::nullopt;
    });
  if (auto path = parse_cgroup_path(membership, "cpu"))
    result = tighter(
        result,
        least_upwards(
            *path, [&](const std::string& p) -> std::optional<size_t> {
              auto quota = slurp(mount + "/cpu" + p + "/cpu.cfs_quota_us");
              auto period = slurp(mount + "/cpu" + p + "/cpu.cfs_period_us");
              if (!quota || !period)
                return std::nullopt;
              return parse_cfs_quota(*quota, *period);
            }));
  return result;
}

std::optional<size_t> cpu_quota() {
  auto own = slurp("/proc/self/cgroup");
  return own ? cpu_quota(*own, "/sys/fs/cgroup") : std::nullopt;
}

void pin_this_thread(int cpu) {
  auto* set = CPU_ALLOC(cpu + 1);
  auto bytes = CPU_ALLOC_SIZE(cpu + 1);
  CPU_ZERO_S(bytes, set);
  CPU_SET_S(cpu, bytes, set);
  sched_setaffinity(0, bytes, set);
  CPU_FREE(set);
}

int current_cpu() {
  return sched_getcpu();
}

} // namespace troupe::port
