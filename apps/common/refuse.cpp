// SPDX-License-Identifier: Apache-2.0

#include "common/refuse.hpp"

#include <cerrno>
#include <cstdio>

#include <fmt/format.h>

namespace app {

exit_code refuse(exit_code code, const std::string& text) {
  auto line = fmt::format("{}: {}\n", program_invocation_short_name, text);
  // Where even that cannot be said, the code must do.
  static_cast<void>(std::fputs(line.c_str(), stderr));
  return code;
}

exit_code flush_stdout() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return refuse(exit_code::output, "standard output cannot be written");
  return exit_code::ok;
}

} // namespace app
