// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::test {

/// What to start, and with what.
struct command {
  /// The program, looked up in PATH unless it holds a slash, and its arguments.
  std::vector<std::string> line;

  /// What it reads from standard input.
  std::string input = {};

  /// Working directory, by default that of the test.
  std::string directory = {};

  /// Variables `NAME=VALUE` on top of the environment of the test.
  std::vector<std::string> environment = {};
};

/// Returns the path of the program `name` of apps/ in this build. The test's
/// executable must list it under PROGRAMS.
std::string built_program(std::string_view name);

/// How a program ended.
struct exit_report {
  /// Its exit code, unless a signal ended it; 127 if it could not be started.
  std::optional<int> code;

  /// The signal that ended it.
  std::optional<int> signal;

  /// The most memory it had at once.
  uint64_t peak_rss_bytes = 0;
};

/// A program that runs beside the test, in a process group of its own.
///
/// The destructor kills the group and reaps the program; it is also killed when
/// the test is. To be started from the test's main thread, because its end
/// counts as the test's.
class process {
public:
  using duration = std::chrono::milliseconds;

  /// Throws `std::system_error` if there is no way to start anything.
  explicit process(const command& x);

  process(process&& other) noexcept;
  process& operator=(process&& other) noexcept;
  ~process();

  pid_t pid() const noexcept {
    return pid_;
  }

  /// Returns what the program has written to standard output so far.
  std::string out() const;

  /// Returns what the program has written to standard error so far.
  std::string err() const;

  /// Waits for a whole line with `part` in it, on standard output or error.
  /// @returns the line, or nothing if there was none before the deadline or the
  ///          end of the program.
  std::optional<std::string> line_with(std::string_view part,
                                       duration deadline);

  /// Waits for the end. May be asked again.
  /// @returns nothing if the program still runs after `deadline`.
  std::optional<exit_report> wait(duration deadline);

  /// Signals the program, not its group. Does nothing once it has ended.
  void signal(int number);

private:
  void kill_and_reap() noexcept;

  pid_t pid_ = -1;
  int handle_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::optional<exit_report> report_;
};

/// A program that has run.
struct finished {
  exit_report report;
  std::string out;
  std::string err;
};

/// Starts `x` and waits for its end.
/// @returns nothing if it was killed because it still ran after `deadline`.
std::optional<finished> run(const command& x, process::duration deadline);

} // namespace troupe::test
