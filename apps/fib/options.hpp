// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "common/command_line.hpp"
#include "common/crew_options.hpp"
#include "common/exit_code.hpp"

namespace fib_app {

using app::early_exit;
using app::exit_code;

/// What the command line asks for.
struct options : app::crew_options {
  int64_t n = 40;
  size_t tasks = 10;
  std::optional<std::string> input;
  std::optional<std::string> output;
  bool skip_sequential = false;
  bool json = false;
  bool serve = false;
};

/// Reads the command line.
/// @param cores default for `--workers`
std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores);

} // namespace fib_app
