// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace app {

/// What a program tells the shell; each lists in `--help` those it has.
enum class exit_code : int {
  ok = 0,
  /// A result is wrong or missing, or the run could not go on.
  failed = 1,
  /// A wrong option, or input that is missing or wrong.
  usage = 2,
  /// A port cannot be opened or a peer cannot be joined.
  network = 3,
  /// A file or standard output cannot be written.
  output = 4,
  /// Stopped by SIGINT.
  interrupted = 130,
  /// Stopped by SIGTERM.
  terminated = 143,
};

} // namespace app
