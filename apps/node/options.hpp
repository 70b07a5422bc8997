// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "caf/timespan.hpp"

#include "common/command_line.hpp"
#include "common/exit_code.hpp"
#include "web/server_options.hpp"

namespace node_app {

using app::early_exit;
using app::exit_code;

/// What the command line asks for.
struct options {
  std::optional<std::string> config_file;

  /// Options of the runtime by their keys, as given.
  std::vector<std::pair<std::string, std::string>> runtime;

  bool insecure = false;

  /// Where browsers may look at the node and what it is linked to.
  std::optional<web::server_options> http = {};

  /// How long SIGTERM waits for what runs here for others.
  caf::timespan drain = std::chrono::seconds{10};

  bool json = false;
};

/// Reads the command line.
std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv);

} // namespace node_app
