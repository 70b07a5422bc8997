// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "caf/timespan.hpp"

#include "troupe/location/starter.hpp"

#include "common/command_line.hpp"
#include "web/server_options.hpp"

namespace server_app {

struct options {
  web::server_options http;
  size_t workers = 1;

  /// `process`, `thread` or `pooled`.
  troupe::isolation isolation = troupe::isolation::process;

  /// By how much worker processes give way to the threads that answer.
  int niceness = 10;

  size_t max_waiting = 1'000;
  caf::timespan drain = std::chrono::seconds{10};
  bool json = false;
};

std::variant<options, app::early_exit> parse_options(int argc,
                                                     const char* const* argv);

} // namespace server_app
