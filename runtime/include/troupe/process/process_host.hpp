// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"
#include "caf/timespan.hpp"

namespace troupe {

struct process_host_options {
  /// Worker processes that are kept ready, 0 to 64. Each costs the memory of an
  /// idle actor system; an actor starts there in milliseconds instead of in the
  /// time that a process needs to start.
  size_t prestarted = 0;

  /// Threads that run cooperatively scheduled actors in each worker process, 1
  /// to 1024. With one alone, what the process is told while its actor is busy,
  /// such as to cancel, is only heard afterwards, and a checkpoint that the
  /// actor makes in the middle of a handler only leaves with the handler's end.
  size_t threads = 2;

  /// How long a new process may take to join; 100 ms to 1 day. One that takes
  /// longer is killed, and the start of its actor fails.
  caf::timespan join_timeout = std::chrono::seconds{10};

  /// Largest message to or from a worker process, 1 KiB to 1 GiB. Larger ones
  /// are answered with `errc::message_too_large`.
  uint64_t max_message_bytes = uint64_t{64} << 20;

  /// Get a `process_output` for each line that a worker process writes. Without
  /// any, the lines go to standard error, each as `describe` renders it.
  std::vector<caf::actor> output_watchers = {};

  /// A longer line comes in parts of so many bytes.
  size_t max_line_bytes = 4'096;
};

/// Returns the first wrong field of `x`, as `errc::bad_prestarted`,
/// `bad_worker_threads`, `bad_process_timeout`, `invalid_option` or
/// `bad_watcher`.
/// @relates process_host_options
caf::error validate(const process_host_options& x);

/// Lets this process have worker processes, see `process`.
///
/// A worker process is the running program once more, started with
/// `posix_spawn`. It joins over a unix socket in a directory that only this
/// user may enter, shows a secret, and does nothing but run one actor. It ends
/// when its actor has ended, and is killed when this process dies, however
/// that happens.
///
/// REQUIRES: the program's `main` calls `run_as_worker` before it does anything
/// else; the system was configured by `troupe::config`; at most one host per
/// system. The host ends before the system does, and after all actors in worker
/// processes, which it kills otherwise.
class process_host {
public:
  /// Returns once worker processes can be started; does not wait for those that
  /// are to be ready.
  /// @returns the host, or an error of `validate`, `cannot_listen` or
  ///          `cannot_start_process`.
  static caf::expected<process_host> open(caf::actor_system& sys,
                                          process_host_options options = {});

  process_host(process_host&&) noexcept;
  process_host& operator=(process_host&&) noexcept;

  /// Kills all worker processes and waits for their ends.
  ~process_host();

  /// Returns how many worker processes are ready now.
  size_t ready() const noexcept;

private:
  class impl;

  explicit process_host(std::unique_ptr<impl> x);

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
