// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "caf/error.hpp"

#include "process/process_end.hpp"
#include "process/stop_plan.hpp"
#include "troupe/process/process_limits.hpp"

namespace troupe {

/// Returns `exited with status 3`, `killed by SIGSEGV`, or that nothing is
/// known.
/// @relates process_end
std::string describe(const process_end& x);

/// Returns `x` with the name of the exception's class, which errors lose on
/// their way between processes.
caf::error with_exception_type(const caf::error& x, const std::string& type);

/// What is known about the end of an actor in a worker process.
struct death_facts {
  /// What the actor ended with, if it had the time to tell.
  std::optional<caf::error> told = {};

  process_end end = {};

  /// How far the process had been asked to end.
  stop_phase stopping = stop_phase::running;

  /// What it had been asked to end with.
  caf::error asked = {};

  /// Why it was killed, if that was not what anybody had asked for.
  std::optional<std::string> given_up = {};

  /// Messages that the actor has handled; nothing before it had started.
  std::optional<uint64_t> handled = {};

  /// The message in work, rendered for people, if there was one.
  std::optional<std::string> in_message = {};

  process_limits limits = {};
};

/// Returns why the actor is no more, with one line for people such as `killed
/// by SIGSEGV after 3 messages, in message (compute, 41), 2.1 GiB resident,
/// limit 2 GiB`.
///
/// An actor that told its reason ended with that one; the text of a failure
/// says the rest. Otherwise it is what it had been asked to end with, or
/// `errc::process_died`.
caf::error death_reason_of(const death_facts& x);

} // namespace troupe
