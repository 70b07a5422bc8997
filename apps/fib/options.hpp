// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "troupe/location/starter.hpp"

#include "exit_code.hpp"

namespace fib_app {

/// What the command line asks for.
struct options {
  int64_t n = 40;
  size_t tasks = 10;

  /// Workers of this process; 0 leaves all work to other nodes.
  size_t workers = 1;

  troupe::isolation isolation = troupe::isolation::pooled;
  std::optional<std::string> input;
  std::optional<std::string> output;
  bool skip_sequential = false;
  bool json = false;
  std::optional<std::string> listen;
  std::vector<std::string> join;
  bool serve = false;
  std::optional<std::string> name;
  bool insecure = false;
  std::optional<std::string> config_file;
};

/// Why the program ends before it has begun.
struct early_exit {
  exit_code code = exit_code::usage;

  /// The help page for `exit_code::ok`, one line of error otherwise.
  std::string text;
};

/// Reads the command line.
/// @param cores default for `--workers`
std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores);

} // namespace fib_app
