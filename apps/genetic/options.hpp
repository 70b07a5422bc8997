// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "common/command_line.hpp"
#include "common/crew_options.hpp"

namespace genetic {

using app::early_exit;
using app::exit_code;

/// What the command line asks for.
struct options : app::crew_options {
  /// Without one, the problem is berlin52.
  std::optional<std::string> file;

  size_t islands = 4;
  uint32_t individuals = 16;
  uint32_t generations = 400;

  /// Generations between two migrations.
  uint32_t epoch = 1;

  /// How many of a hundred new tours are improved by local search.
  uint32_t improve = 1;

  uint64_t seed = 1;

  /// Length at which the search ends.
  std::optional<int64_t> target;

  std::optional<std::string> plot;
  std::optional<std::string> map;
  std::optional<std::string> output;
  bool json = false;
};

/// Reads the command line.
/// @param cores default for `--workers`
std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores);

} // namespace genetic
