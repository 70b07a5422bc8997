// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace fib_app {

/// What the program tells the shell; listed in `--help`.
enum class exit_code : int {
  ok = 0,
  /// A result is wrong or missing, or the run could not go on.
  failed = 1,
  /// A wrong option, or input that is missing or wrong.
  usage = 2,
  /// A port cannot be opened or a peer cannot be joined.
  network = 3,
  /// The output file or standard output cannot be written.
  output = 4,
  /// Stopped by SIGINT.
  interrupted = 130,
  /// Stopped by SIGTERM.
  terminated = 143,
};

} // namespace fib_app
