// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "caf/abstract_actor.hpp"
#include "caf/atom.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"
#include "caf/meta/type_name.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// A message that has reached nobody, of which no sender was told: a plain
/// message, or an answer. Requests are no dead letters, they are answered with
/// an error.
struct dead_letter {
  /// Why, such as `errc::link_full`, `errc::link_lost` or
  /// `errc::unknown_destination`, with a line of text.
  caf::error reason = {};

  /// Who has sent it, `caf::invalid_actor_id` if it was anonymous.
  caf::actor_id sender = caf::invalid_actor_id;

  /// Whom it was for.
  caf::actor_id receiver = caf::invalid_actor_id;

  /// Name of the node that it was to go to, or has come from; empty if it has
  /// not left this one.
  std::string peer = {};

  /// The message for people, as in `(7, "abc")`, cut off; its types where it
  /// was not decoded.
  std::string content = {};
};

/// Returns one line for people, as in `(7, "abc") from 12 to 3 of node b: the
/// link is lost`.
/// @relates dead_letter
std::string describe(const dead_letter& x);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, dead_letter& x) {
  return f(caf::meta::type_name("troupe::dead_letter"), x.reason, x.sender,
           x.receiver, x.peer, x.content);
}

/// Name in the actor registry of who gets all dead letters of a system, as
/// messages `(dead_letter)`:
///
///     sys.registry().put(dead_letter_listener, counter);
///     ...
///     sys.registry().erase(dead_letter_listener);
///
/// They come as fast as messages are lost, up to some 100,000 a second: it
/// should be a cell with a limited mailbox that drops the newest, or an actor
/// that works in the thread of who sends. Nobody is told while nobody is
/// registered. What the listener itself loses is no dead letter.
constexpr auto dead_letter_listener = caf::atom("deadletter");

/// Tells the listener of `sys`, if there is one, that `content` has got lost;
/// `lost.content` is filled in from it. Thread-safe. Without a listener it
/// costs a look-up.
/// @relates dead_letter
void report(caf::actor_system& sys, dead_letter lost,
            const caf::message& content);

/// As above, for a message that was not decoded.
/// @relates dead_letter
void report(caf::actor_system& sys, dead_letter lost);

} // namespace troupe
