// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "caf/error.hpp"
#include "caf/expected.hpp"

#include "process/process_end.hpp"
#include "process/worker_page.hpp"
#include "troupe/process/process_output.hpp"

namespace troupe {

/// A program to start.
struct process_order {
  std::string program;

  /// Its arguments, with its name.
  std::vector<std::string> line;

  /// Is given to it as descriptor 3.
  std::shared_ptr<shared_page> page;
};

/// Starts programs, reads what they write, and waits for their ends, all in a
/// thread of its own.
///
/// Each program leads a process group of its own and has no descriptors but its
/// standard ones, of which the input is empty, and its page. Programs that ask
/// to be killed when their parent dies mean this thread, which ends with the
/// keeper. When one has ended, the rest of its group is killed as well.
class process_keeper {
public:
  /// Numbers that its owner gives to processes, from 1 on.
  using key_type = uint64_t;

  /// Called in the keeper's thread. `started` or `failed` comes first, `ended`
  /// last and after all lines.
  struct handlers {
    std::function<void(key_type, pid_t)> started;
    std::function<void(key_type, caf::error)> failed;
    std::function<void(key_type, process_output::stream, std::string)> line;
    std::function<void(key_type, const process_end&)> ended;
  };

  /// @param max_line_bytes Longer lines come in parts.
  static caf::expected<std::unique_ptr<process_keeper>>
  make(handlers told, size_t max_line_bytes);

  /// Kills all processes and waits for their ends; tells nobody.
  ~process_keeper();

  process_keeper(const process_keeper&) = delete;
  process_keeper& operator=(const process_keeper&) = delete;

  /// Starts a program soon. Fails with `errc::cannot_start_process`.
  void start(key_type key, process_order what);

  /// Sends a signal to the process, SIGKILL to its whole group. Does nothing
  /// if it has ended.
  void signal(key_type key, int number);

  /// Returns whether it has started the process, and that has not ended.
  bool has_started(pid_t x);

private:
  class impl;

  explicit process_keeper(std::unique_ptr<impl> x);

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
