// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "common/command_line.hpp"
#include "common/crew_options.hpp"

namespace kmeans {

using app::early_exit;
using app::exit_code;

/// What the command line asks for.
struct options : app::crew_options {
  /// CSV with one point a line; without one, points are made up.
  std::optional<std::string> input;

  size_t points = 1'000'000;
  uint32_t dims = 16;
  uint32_t clusters = 32;
  uint32_t iterations = 50;
  uint64_t seed = 1;

  /// Do all once more on one thread.
  bool compare = false;

  std::optional<std::string> output;
  std::optional<std::string> plot;
  bool json = false;
};

/// Reads the command line.
/// @param cores default for `--workers`
std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores);

} // namespace kmeans
