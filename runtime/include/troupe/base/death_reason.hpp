// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "caf/error.hpp"

namespace troupe {

/// Who told an actor to exit.
struct exit_origin {
  enum class kind : uint8_t {
    /// Nobody, or it is not known.
    none = 1,
    /// Somebody who lives sent an exit message.
    message,
    /// An actor that it was linked to has ended.
    link,
  };

  kind how = kind::none;

  /// Such as `actor 17`; empty if the sender is not known.
  std::string who = {};

  friend bool operator==(const exit_origin&, const exit_origin&) = default;
};

/// How an actor came to its end.
enum class death_cause : uint8_t {
  /// It was done: `quit()`, or no behavior was left.
  finished = 1,
  /// It ended itself with an error.
  quit,
  /// Its init function or a handler threw.
  exception,
  /// Somebody told it to exit.
  exit_message,
  /// An actor that it was linked to has ended with an error.
  link,
  /// `exit_reason::kill`.
  killed,
  /// Nobody had a handle of it any more.
  unreachable,
  /// It was not there in time.
  start_timeout,
  /// It declined to start.
  ignored,
  /// The link to its node broke.
  node_lost,
  /// The process that it lived in died.
  process_died,
};

/// @relates death_cause
std::string to_string(death_cause x);

/// Why an actor is no more, for people and for whoever has to decide about it.
struct death_reason {
  death_cause cause = death_cause::finished;

  /// The reason that the actor ended with.
  caf::error error = {};

  /// Name of the exception's class, empty if that is not known.
  std::string exception_type = {};

  /// Who told it to exit, if anybody did.
  exit_origin origin = {};
};

/// Returns what `reason` and what is known besides it tell about the end of an
/// actor. Of an actor that is no cell, only `reason` is known: CAF does not
/// keep the text of its exception, nor who sent the exit message.
/// @relates death_reason
death_reason explain(const caf::error& reason, exit_origin origin = {});

/// Returns one line such as `std::runtime_error: out of tea`,
/// `killed by actor 17`, or `linked actor 17 ended: out of tea`.
/// @relates death_reason
std::string to_string(const death_reason& x);

} // namespace troupe
