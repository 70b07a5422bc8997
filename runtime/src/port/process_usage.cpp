// SPDX-License-Identifier: Apache-2.0

#include "port/process_usage.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <unistd.h>

namespace troupe::port {

std::optional<process_usage> usage_of(int64_t pid) {
  // See proc(5).
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  // The name of the program, in parentheses, may hold any character.
  auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos)
    return std::nullopt;
  std::istringstream fields{text.substr(end_of_name + 1)};
  std::string skipped;
  for (int i = 3; i < 14; ++i)
    fields >> skipped;
  uint64_t user = 0;
  uint64_t system = 0;
  fields >> user >> system;
  for (int i = 16; i < 24; ++i)
    fields >> skipped;
  uint64_t pages = 0;
  fields >> pages;
  if (!fields)
    return std::nullopt;
  auto ticks = static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
  auto page_size = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  constexpr uint64_t ns_per_s = 1'000'000'000;
  return process_usage{.resident_bytes = pages * page_size,
                       .cpu_time = caf::timespan{static_cast<int64_t>(
                           (user + system) * (ns_per_s / ticks))}};
}

} // namespace troupe::port
