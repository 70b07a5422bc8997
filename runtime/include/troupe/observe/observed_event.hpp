// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "caf/meta/type_name.hpp"
#include "caf/timespan.hpp"
#include "caf/timestamp.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// What an event is about.
enum class event_source : uint8_t {
  /// A child of a supervisor, or a root; see `supervision_event`.
  child = 1,
  /// Another node; see `node_event`.
  node,
  /// A worker of a pool; see `pool_event`.
  pool,
  /// Somebody has acted through the observer; see `observer_action`.
  action,
};

/// @relates event_source
std::string to_string(event_source x);

enum class event_level : uint8_t {
  info = 1,
  /// Something failed, and is taken care of.
  warning,
  /// Something failed, and somebody should look.
  error,
};

/// @relates event_level
std::string to_string(event_level x);

/// Something that an observer was told, or has seen.
struct observed_event {
  /// Counts the events of an observer, from 1 on.
  uint64_t number = 0;

  caf::timestamp time = {};

  /// Name of the observer's node.
  std::string node = {};

  event_source source = event_source::child;
  event_level level = event_level::info;

  /// What happened, as in `ended`, `restarting`, `lost`: the name of the kind
  /// of event or state.
  std::string what = {};

  /// A child's path, a node's name, or a pool's.
  std::string subject = {};

  /// Of the child.
  uint64_t generation = 0;

  /// All of it in one line for people, without the time. Control characters are
  /// escaped, whatever an exception's text holds.
  std::string text = {};

  /// Why, likewise; empty where there is nothing to explain.
  std::string reason = {};

  /// Of a crash: the last messages, oldest first, one line each.
  std::vector<std::string> last_messages = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observed_event& x) {
  return f(caf::meta::type_name("troupe::observed_event"), x.number, x.time,
           x.node, x.source, x.level, x.what, x.subject, x.generation, x.text,
           x.reason, x.last_messages);
}

/// Asks an observer for events or dead letters that it remembers.
struct event_query {
  /// Whose; empty for the node of the observer that is asked.
  std::string node = {};

  /// Number of the last one that is known already.
  uint64_t after = 0;

  /// At most so many, the newest ones.
  uint64_t max = 1'000;

  /// The log that `after` is a number of, as its pages say. Of another one,
  /// since the node has restarted, everything is new. Zero: not known.
  uint64_t log = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, event_query& x) {
  return f(caf::meta::type_name("troupe::event_query"), x.node, x.after, x.max,
           x.log);
}

struct event_page {
  /// Oldest first.
  std::vector<observed_event> events = {};

  /// Events between `after` and the first one here, which are not remembered
  /// any more or were too many.
  uint64_t lost = 0;

  /// Another one for each start of an observer; not zero.
  uint64_t log = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, event_page& x) {
  return f(caf::meta::type_name("troupe::event_page"), x.events, x.lost, x.log);
}

} // namespace troupe
