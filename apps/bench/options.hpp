// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bench {

/// What the program tells the shell; listed in `--help`.
enum class exit_code : uint8_t {
  ok = 0,
  /// A run failed, or a peer could not be installed.
  failed = 1,
  /// A wrong option or the name of no work.
  usage = 2,
  /// An output file or standard output cannot be written.
  output = 4,
};

/// What the command line asks for.
struct options {
  /// Names of works, in the order in which they run.
  std::vector<std::string> works;

  /// Names of peers.
  std::vector<std::string> peers;

  int runs = 5;

  /// File for the results.
  std::optional<std::string> json;

  /// File for the chart.
  std::optional<std::string> plot;

  bool install_peers = false;

  /// Set in a process that does one run: its subject and work.
  struct child_run {
    std::string subject;
    std::string work;
  };
  std::optional<child_run> child;
};

/// Ends the program with a text: the help, or what is wrong in one line.
struct early_exit {
  exit_code code = exit_code::ok;
  std::string text;
};

std::variant<options, early_exit> parse_options(int argc,
                                                const char* const* argv);

} // namespace bench
