// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "caf/timespan.hpp"

#include "troupe/location/starter.hpp"

namespace demo {

/// What the program tells the shell; listed in `--help`.
enum class exit_code : int {
  ok = 0,
  failed = 1,
  usage = 2,
  output = 4,
  interrupted = 130,
  terminated = 143,
};

struct options {
  uint64_t limit = 20'000'000;
  size_t pieces = 600;
  uint64_t seed = 1;
  std::optional<std::string> script;
  caf::timespan deadline = std::chrono::minutes{2};
  bool json = false;
  /// `pooled` or `process`.
  troupe::isolation where = troupe::isolation::pooled;
  /// Lines even on a terminal.
  bool plain = false;
};

/// The program ends before it has begun: with a page for `--help`, or with one
/// line about what is wrong.
struct early_exit {
  exit_code code;
  std::string text;
};

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv);

} // namespace demo
