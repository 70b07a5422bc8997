// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::port {

/// Parses cgroup v2 `cpu.max` ("200000 100000" or "max 100000").
/// @returns the number of whole cores that the quota pays for, rounded up;
///          `nullopt` if unlimited or malformed.
std::optional<size_t> parse_cpu_max(std::string_view text);

/// Parses cgroup v1 `cpu.cfs_quota_us` and `cpu.cfs_period_us`.
std::optional<size_t> parse_cfs_quota(std::string_view quota,
                                      std::string_view period);

/// Returns the path of this process below the cgroup mount, from the text of
/// `/proc/self/cgroup`: of the unified hierarchy if `controller` is empty.
std::optional<std::string> parse_cgroup_path(std::string_view text,
                                             std::string_view controller);

/// Chooses a core for each of `workers` workers. Fewer workers than cores use
/// neighbours from `offset` on, so that processes with different offsets do
/// not meet on the same cores; more share cores evenly.
std::vector<int> assign_cpus(const std::vector<int>& allowed, size_t workers,
                             size_t offset);

/// Returns the cores in the affinity mask of the calling thread, ascending.
std::vector<int> allowed_cpus();

/// Returns the tightest CPU quota, in whole cores, of the cgroups in
/// `membership` (the text of a `/proc/PID/cgroup`) and of all above them. Their
/// files are below `mount`: of the unified hierarchy in `mount` itself, of
/// version 1 in `mount/cpu`. A cgroup without files there, as inside a
/// container, counts as unlimited.
std::optional<size_t> cpu_quota(std::string_view membership,
                                const std::string& mount);

/// Returns the same for this process.
std::optional<size_t> cpu_quota();

/// Ties the calling thread to `cpu`. No effect if the system refuses.
void pin_this_thread(int cpu);

/// Returns the core that the calling thread runs on right now.
int current_cpu();

} // namespace troupe::port
