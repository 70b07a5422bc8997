// SPDX-License-Identifier: Apache-2.0

#include "process/apply_limits.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "troupe/base/errc.hpp"

#include "process/limit_plan.hpp"

namespace troupe {

namespace {

caf::error failure(const char* what) {
  return make_error(errc::cannot_start_process,
                    std::string{"cannot limit the worker process, "} + what
                        + ": " + std::strerror(errno));
}

std::vector<pid_t> own_threads() {
  std::vector<pid_t> result;
  for (auto& x : std::filesystem::directory_iterator{"/proc/self/task"})
    result.push_back(std::stoi(x.path().filename().string()));
  return result;
}

limits_before look() {
  limits_before result;
  uint64_t pages = 0;
  std::ifstream{"/proc/self/statm"} >> pages;
  result.address_space_bytes =
      pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  for (auto& time : {usage.ru_utime, usage.ru_stime})
    result.cpu_time += std::chrono::seconds{time.tv_sec}
                       + std::chrono::microseconds{time.tv_usec};
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  result.max_open_files = files.rlim_max;
  return result;
}

int resource_of(resource_limit::kind x) {
  switch (x) {
    case resource_limit::kind::address_space:
      return RLIMIT_AS;
    case resource_limit::kind::cpu_seconds:
      return RLIMIT_CPU;
    case resource_limit::kind::open_files:
      break;
  }
  return RLIMIT_NOFILE;
}

} // namespace

caf::error apply_limits(const process_limits& x) {
  // Both belong to a thread and are inherited by those that it starts.
  if (x.niceness > 0 || !x.cores.empty()) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (auto core : x.cores)
      CPU_SET(core, &cores);
    for (auto thread : own_threads()) {
      if (!x.cores.empty()
          && sched_setaffinity(thread, sizeof(cores), &cores) != 0)
        return failure("cores");
      errno = 0;
      auto id = static_cast<id_t>(thread);
      auto niceness = getpriority(PRIO_PROCESS, id);
      if (x.niceness > 0
          && (errno != 0
              || setpriority(PRIO_PROCESS, id, niceness + x.niceness) != 0))
        return failure("niceness");
    }
  }
  for (auto& [what, soft, hard] : plan_limits(x, look())) {
    rlimit limit{soft, hard};
    if (setrlimit(resource_of(what), &limit) != 0)
      return failure("setrlimit");
  }
  return {};
}

} // namespace troupe
