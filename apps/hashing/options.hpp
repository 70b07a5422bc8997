// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "common/command_line.hpp"
#include "common/crew_options.hpp"

namespace hashing {

using app::early_exit;
using app::exit_code;

/// Derive keys from passwords.
struct key_options {
  size_t count = 200;
  uint32_t iterations = 100'000;
  uint32_t key_bytes = 32;

  /// Text in front of each salt; behind it stands the number of the password.
  std::string salt = "salt-";

  /// One password a line, in place of `count` made-up ones.
  std::optional<std::string> input;

  std::optional<std::string> output;
};

/// Hash a file as a Merkle tree.
struct tree_options {
  std::string file;
  uint32_t leaf_bytes = 1'024;
};

/// What the command line asks for.
struct options : app::crew_options {
  std::variant<key_options, tree_options> work;
  bool json = false;
};

/// Reads the command line.
/// @param cores default for `--workers`
std::variant<options, early_exit>
parse_options(int argc, const char* const* argv, size_t cores);

} // namespace hashing
