// SPDX-License-Identifier: Apache-2.0

#include "troupe/process/process_output.hpp"

#include <fmt/format.h>

namespace troupe {

std::string to_string(process_output::stream x) {
  switch (x) {
    case process_output::stream::out:
      return "out";
    case process_output::stream::err:
      return "err";
  }
  return "unknown";
}

std::string describe(const process_output& x) {
  auto whose = x.child.empty() ? std::string{"worker"}
                               : fmt::format("{}#{}", x.child, x.generation);
  return fmt::format("{} (pid {}) {}: {}", whose, x.pid, to_string(x.from),
                     x.line);
}

} // namespace troupe
