// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "caf/timespan.hpp"

#include "troupe/location/starter.hpp"

#include "common/command_line.hpp"
#include "common/crew_options.hpp"
#include "common/exit_code.hpp"
#include "web/server_options.hpp"

namespace demo {

using app::early_exit;
using app::exit_code;

struct options {
  uint64_t limit = 20'000'000;
  size_t pieces = 600;
  uint64_t seed = 1;
  std::optional<std::string> script;
  caf::timespan deadline = std::chrono::minutes{2};
  bool json = false;
  /// `pooled`, `process` or `node`.
  troupe::isolation where = troupe::isolation::pooled;
  /// Lines even on a terminal.
  bool plain = false;
  /// Whether workers are offered to other runs, instead of a run.
  bool serves = false;
  /// Where other nodes may look at the run, or get workers; which nodes workers
  /// live on; how links are secured.
  app::crew_options network;
  /// Whether the tree stays up after the answer.
  bool stay = false;
  /// Where browsers may look at the run.
  std::optional<web::server_options> http;
};

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv);

} // namespace demo
