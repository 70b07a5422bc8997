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

namespace nbody {

using app::early_exit;
using app::exit_code;

/// What the command line asks for.
struct options : app::crew_options {
  size_t particles = 16'384;
  size_t steps = 40;
  double step_size = 1.0 / 256;
  double softening = 0.02;
  uint64_t seed = 1;

  /// Energy over time as PNG.
  std::optional<std::string> plot;

  /// Folder for pictures.
  std::optional<std::string> frames;

  /// Steps between two pictures.
  size_t frame_every = 10;

  bool skip_sequential = false;
  bool json = false;
};

/// Reads the command line.
/// @param cores default for `--workers`
std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores);

} // namespace nbody
