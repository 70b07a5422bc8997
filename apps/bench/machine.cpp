// SPDX-License-Identifier: Apache-2.0

#include "machine.hpp"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

#include <sys/utsname.h>
#include <unistd.h>

#include "peers.hpp"
#include "troupe/base/cores.hpp"

namespace bench {

namespace {

/// Returns the value of the first line `key ... : value` or `key=value`.
std::string line_of(const char* file, const std::string& key, char separator) {
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(key, 0) != 0)
      continue;
    auto begin = line.find(separator);
    if (begin == std::string::npos)
      continue;
    begin = line.find_first_not_of(" \"", begin + 1);
    if (begin == std::string::npos)
      return {};
    return line.substr(begin, line.find_last_not_of(" \"") + 1 - begin);
  }
  return {};
}

std::string now_in_utc() {
  auto now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return text;
}

} // namespace

nlohmann::json machine() {
  nlohmann::json result;
  utsname name{};
  uname(&name);
  result["time"] = now_in_utc();
  result["system"] = line_of("/etc/os-release", "PRETTY_NAME", '=');
  result["kernel"] = std::string{name.sysname} + " " + name.release;
  result["architecture"] = name.machine;
  result["processor"] = line_of("/proc/cpuinfo", "model name", ':');
  result["cores"] = sysconf(_SC_NPROCESSORS_ONLN);
  result["usable_cores"] = troupe::usable_cores();
  result["memory_bytes"] = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES))
                           * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  auto flags = " " + line_of("/proc/cpuinfo", "flags", ':') + " ";
  result["virtual"] = flags.find(" hypervisor ") != std::string::npos;
  double load = 0;
  if (getloadavg(&load, 1) == 1)
    result["load_before"] = load;
  result["compiler"] = "g++ " __VERSION__;
  result["build"] = BENCH_BUILD_TYPE;
  nlohmann::json versions;
  versions["troupe"] = *version("troupe");
  for (auto& x : peers())
    if (auto text = version(x))
      versions[x] = *text;
  result["versions"] = versions;
  return result;
}

} // namespace bench
