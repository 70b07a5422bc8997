// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace certs {

/// What the program's exit code means.
enum class exit_code : int {
  ok = 0,
  failed = 1,
  usage = 2,
  cannot_write = 4,
};

struct options {
  std::string folder;
  std::vector<std::string> names;
  size_t days = 365;
  bool json = false;
};

/// Text to print, and the code to end with.
struct early_exit {
  exit_code code;
  std::string text;
};

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv);

} // namespace certs
