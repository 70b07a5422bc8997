// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "common/command_line.hpp"
#include "common/crew_options.hpp"

namespace wordcount {

using app::early_exit;
using app::exit_code;

/// What the command line asks for.
struct options : app::crew_options {
  std::string file;

  /// Memory for the words and for what is under way.
  uint64_t memory_mib = 256;

  /// Most frequent words that are shown.
  size_t top = 20;

  std::optional<std::string> output;

  /// Where words go that have no place in memory.
  std::string temporary;

  bool json = false;
};

/// Reads the command line.
/// @param cores default for `--workers`
std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores);

} // namespace wordcount
