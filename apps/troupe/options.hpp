// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "caf/timespan.hpp"

#include "troupe/observe/observer_action.hpp"

#include "common/command_line.hpp"

namespace cli {

using app::early_exit;
using app::exit_code;

/// What the program is to do.
enum class command : uint8_t {
  tree = 1,
  ps,
  top,
  events,
  dead_letters,
  quarantine_list,
  quarantine_show,
  history,
  nodes,
  metrics,
  trace,
  /// See `options::action`.
  act,
};

/// By what rows are sorted, the first one on top.
enum class order : uint8_t {
  /// Age of the current message, then busy share.
  age = 1,
  busy,
  waiting,
  restarts,
  handled,
  path,
};

struct options {
  command what = command::tree;

  /// `HOST:PORT` of the node to talk to.
  std::string node = "127.0.0.1:4000";

  /// Runtime options by key, on top of file and environment.
  std::vector<std::pair<std::string, std::string>> runtime = {};
  std::optional<std::string> config_file = {};
  bool insecure = false;

  /// How long a node may take to answer.
  caf::timespan deadline = std::chrono::seconds{2};

  bool json = false;

  /// Path of what is to be shown; empty for everything.
  std::string under = {};

  /// Name of the node whose events, quarantine or history are to be shown;
  /// empty for all, or for the one that is talked to.
  std::string on = {};

  /// Events or dead letters from before.
  size_t lines = 20;

  /// Go on with those that come.
  bool follow = false;

  order sort = order::age;
  caf::timespan interval = std::chrono::seconds{1};

  /// Trace to be shown, 32 digits; empty for all of them.
  std::string trace = {};

  /// Where spans are exported to: a file, or a collector's URL.
  std::optional<std::string> otlp_file = {};
  std::optional<std::string> collector = {};

  /// Of a message in quarantine.
  uint64_t number = 0;

  troupe::observer_action action = {};
};

/// Reads the command line.
std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv);

/// Returns the program beside this one that the command line is for, such as
/// `bench` for `troupe bench ...`.
std::optional<std::string> sibling(int argc, const char* const* argv);

} // namespace cli
