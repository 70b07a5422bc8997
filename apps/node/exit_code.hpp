// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace node_app {

/// What the program tells the shell; listed in `--help`.
enum class exit_code : int {
  ok = 0,
  /// Something still ran when the time to drain was over.
  not_drained = 1,
  /// A wrong option or configuration.
  usage = 2,
  /// A port cannot be opened or a peer cannot be joined.
  network = 3,
  /// Standard output cannot be written.
  output = 4,
};

} // namespace node_app
