// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

#include "troupe/base/exit_kind.hpp"
#include "troupe/supervision/message_policy.hpp"

namespace troupe {

/// What is known about the message in work when its actor ends.
struct in_flight_facts {
  enum class kind : uint8_t {
    /// Neither of the others, such as an exit message or a response.
    other = 1,
    plain,
    request,
  };

  kind what = kind::plain;

  /// How the actor ends.
  exit_kind end = exit_kind::failure;

  /// Whether the handler ended by an exception.
  bool threw = false;

  /// Whether the request has its answer, or a promise of one.
  bool answered = false;

  /// Whether the message is there as it was sent.
  bool kept = false;

  /// Incarnations that it has killed before this one.
  size_t failures = 0;
};

/// What becomes of the message in work.
enum class in_flight_verdict : uint8_t {
  /// It was handled, or is none of the user's; nothing to do.
  done = 1,
  /// The request is answered with the reason of the failure.
  answer,
  /// It is dropped and reported.
  drop,
  /// The next incarnation gets it first.
  retry,
  /// It is set aside, and a request answered with `errc::quarantined`.
  quarantine,
};

/// Decides what becomes of the message in work when its actor ends.
///
/// A message has killed its actor if its handler threw, or quit with a failure
/// before the request was answered; a plain message is never answered. If the
/// handler threw, a promise that it had made before is void.
in_flight_verdict decide(const in_flight_options& opts,
                         const in_flight_facts& facts);

} // namespace troupe
