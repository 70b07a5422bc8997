// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "caf/atom.hpp"
#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/timespan.hpp"
#include "caf/timestamp.hpp"

#include "troupe/base/type_ids.hpp"

// Which messages were sent because of which: a message that is sent while one
// with a context is handled has a context itself, which goes with it to cells
// of this process, to worker processes and to other nodes.

namespace troupe {

/// Where something happens in a trace, as in the `traceparent` of the W3C.
struct trace_context {
  /// The trace: 128 bits, not all of them zero.
  uint64_t trace_high = 0;
  uint64_t trace_low = 0;

  /// The span: never zero.
  uint64_t span = 0;

  friend bool operator==(const trace_context&, const trace_context&) = default;
};

/// Returns the context of a new trace, with random numbers.
/// @relates trace_context
trace_context new_trace();

/// Returns a context in the same trace with another span.
/// @relates trace_context
trace_context new_span(const trace_context& parent);

/// Returns `00-TRACE-SPAN-01`.
/// @relates trace_context
std::string to_traceparent(const trace_context& x);

/// Reads a `traceparent` of version 00, or what later versions begin with.
/// @returns nothing if it is malformed, or if whoever sent it does not record
///          the trace.
/// @relates trace_context
std::optional<trace_context> parse_traceparent(std::string_view x);

/// While one lives, what this thread sends belongs to a trace. Scopes nest; the
/// inner one counts.
///
/// A message keeps its context in the mailbox of a cell and over links. It
/// loses it in the mailbox of another actor, when it waits for a restart, and
/// when it is sent with a delay.
class trace_scope {
public:
  explicit trace_scope(const trace_context& x) noexcept;

  ~trace_scope();

  trace_scope(const trace_scope&) = delete;
  trace_scope& operator=(const trace_scope&) = delete;

  /// Returns the context of what this thread sends.
  static std::optional<trace_context> current() noexcept;

private:
  trace_context here_;
  const trace_context* outer_;
};

/// Something that was done in a trace: most often, a message that was handled.
struct trace_span {
  uint64_t trace_high = 0;
  uint64_t trace_low = 0;
  uint64_t id = 0;

  /// The span that it was done for; 0 for the first one of a trace.
  uint64_t parent = 0;

  /// What the message begins with: the text of an atom, or else the name of a
  /// type.
  std::string name = {};

  /// Who has done it: the name of an actor, and its number in its process.
  std::string actor = {};
  uint64_t actor_id = 0;

  caf::timestamp start = {};

  /// How long it took, and how long the message had waited before.
  caf::timespan duration{0};
  caf::timespan waited{0};

  /// Why it failed; empty if it has not.
  std::string error = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, trace_span& x) {
  return f(caf::meta::type_name("troupe::trace_span"), x.trace_high,
           x.trace_low, x.id, x.parent, x.name, x.actor, x.actor_id, x.start,
           x.duration, x.waited, x.error);
}

/// Name in the actor registry of who gets all spans of a system, as messages
/// `(trace_span)`. As with `dead_letter_listener`, it should be a cell with a
/// limited mailbox that drops the newest. Spans are lost while nobody is
/// registered.
constexpr auto span_listener = caf::atom("spans");

/// Tells the listener of `sys`, if there is one, of a span that has ended.
/// Thread-safe.
/// @relates trace_span
void report(caf::actor_system& sys, trace_span x);

} // namespace troupe
