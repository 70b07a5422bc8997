// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "troupe/process/process_limits.hpp"

namespace troupe {

/// How an actor lives in a worker process of its own.
struct process_options {
  process_limits limits = {};

  /// Path of the program to run, which must call `run_as_worker` like this one.
  /// By default the program that runs now, even if its file was replaced. An
  /// actor with a program of its own never gets a pre-started process.
  std::optional<std::string> program = {};

  /// How long the actor may take to end after it was asked to, before the
  /// process gets SIGTERM; from 0 to 1 day.
  caf::timespan quit_timeout = std::chrono::seconds{2};

  /// How long the process may take to end after SIGTERM, before it gets
  /// SIGKILL; from 0 to 1 day.
  caf::timespan term_timeout = std::chrono::seconds{1};

  /// Messages that may wait for the actor, those included that the process has
  /// already and requests that it has not answered; 1 to 16,777,216. Beyond,
  /// requests are refused with `errc::mailbox_full`, and other messages are
  /// dead letters. They wait in this process, whose memory they take.
  size_t max_waiting = 65'536;
};

/// Returns the first wrong field of `x`, as `errc::bad_program`,
/// `bad_process_timeout`, `bad_max_waiting`, or an error of its limits. Starts
/// nothing.
/// @relates process_options
caf::error validate(const process_options& x);

} // namespace troupe
