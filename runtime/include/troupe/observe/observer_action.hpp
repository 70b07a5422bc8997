// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "caf/meta/type_name.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"

namespace troupe {

/// Something that an observer is asked to do.
struct observer_action {
  enum class kind : uint8_t {
    /// Stops the child and starts it again. Costs no restart.
    restart = 1,
    /// Stops the child; its place stays empty until it is restarted.
    stop,
    /// Has the child finish what waits in its mailbox, and then stops it. What
    /// others send meanwhile is handled as well. Of a pool: waits until no task
    /// is left.
    drain,
    /// Kills the incarnation; its supervisor restarts it as after any failure.
    kill,
    /// Sends a message from the quarantine to its child again.
    replay,
    /// Drops a message from the quarantine.
    discard,
    /// Starts a registered actor type, without arguments, as a child of the
    /// observer's own supervisor `spawned`, where it is restarted when it
    /// fails.
    spawn,
  };

  kind what = kind::restart;

  /// Where; empty for the node of the observer that is asked.
  std::string node = {};

  /// Path of the child; of the supervisor with `replay` and `discard`; the
  /// actor type with `spawn`.
  std::string target = {};

  /// Of the message in quarantine.
  uint64_t number = 0;

  /// Afterwards the outcome is `sec::request_timeout`, and the action may still
  /// take effect.
  caf::timespan deadline = std::chrono::seconds{10};
};

/// @relates observer_action
std::string to_string(observer_action::kind x);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, observer_action& x) {
  return f(caf::meta::type_name("troupe::observer_action"), x.what, x.node,
           x.target, x.number, x.deadline);
}

/// What came of an action.
struct action_outcome {
  /// One line for people, as in `restarted shop/cache`.
  std::string text = {};
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, action_outcome& x) {
  return f(caf::meta::type_name("troupe::action_outcome"), x.text);
}

} // namespace troupe
