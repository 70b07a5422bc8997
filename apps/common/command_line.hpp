// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "common/exit_code.hpp"

namespace app {

/// Why a program ends before it has begun.
struct early_exit {
  exit_code code = exit_code::usage;

  /// The help page for `exit_code::ok`, one line of error otherwise.
  std::string text;
};

/// Gives a command line its `--help` and the width of its columns.
void set_up_help(CLI::App& line, std::string footer);

/// Reads a command line.
/// @returns why the program ends before it has begun, if it does.
std::optional<early_exit> parse(CLI::App& line, int argc,
                                const char* const* argv);

/// Prints the help page, or the error with a hint at the help page.
/// @returns what `main` returns
int leave(const early_exit& x);

/// Accepts whole numbers from `first` to `last`; says the value and what is
/// allowed otherwise.
CLI::Validator whole_number(int64_t first, int64_t last);

/// The same for all numbers from `first` to `last`.
CLI::Validator number(double first, double last);

/// Returns text of several lines as one line.
std::string one_line(std::string text);

} // namespace app
