// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/backoff.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/supervision/hang_detection.hpp"
#include "troupe/supervision/message_policy.hpp"
#include "troupe/supervision/stop_limit.hpp"

namespace troupe {

/// When a child that ended is started again.
enum class restart_type : uint8_t {
  /// Always.
  permanent = 1,
  /// After a failure or a kill, not after a normal end or a shutdown.
  transient,
  /// Never; the spec is removed when the child ends.
  temporary,
};

/// @relates restart_type
std::string to_string(restart_type x);

/// What a child is.
enum class child_kind : uint8_t {
  worker = 1,
  /// Stops children of its own: gets all the time it needs to start and stop,
  /// unless the spec sets limits.
  supervisor,
};

/// @relates child_kind
std::string to_string(child_kind x);

/// Whether the end of a child may end its supervisor, see `auto_shutdown`.
enum class significance : uint8_t {
  ordinary = 1,
  significant,
};

/// @relates significance
std::string to_string(significance x);

/// Delays between the restarts of a child that goes on failing.
struct restart_backoff {
  /// Bounds of the delay. The first restart is delayed by up to `first`, each
  /// further one by up to twice as much, with full jitter.
  backoff bounds = {};

  /// A child that was up for so long starts again with the shortest delay.
  caf::timespan reset_after = std::chrono::seconds{10};
};

/// Moves a child that keeps failing to another place, such as to a worker
/// process of its own, where it can do less harm.
struct isolation_escalation {
  /// Starts all incarnations after the move, as in `process("tiles")`.
  starter start = {};

  /// So many failures within `period` move the child; from 1 to 1,000. Failed
  /// starts and incarnations that were given up as stuck count. Each of them
  /// spends a restart, too: the supervisor's intensity must permit as many.
  size_t failures = 3;

  caf::timespan period = std::chrono::minutes{1};
};

/// One child of a supervisor: how to start it, and what to do when it ends.
struct child_spec {
  /// Unique among the supervisor's children, not empty.
  std::string id;

  /// Starts an incarnation: `pooled(f, ...)`, `thread(f, ...)`, ...
  starter start = {};

  restart_type restart = restart_type::permanent;

  child_kind kind = child_kind::worker;

  /// How long the child may take to end when it is asked to; afterwards it is
  /// killed. By default 5 s for a worker and no limit for a supervisor.
  std::optional<stop_limit> shutdown = {};

  /// How long a start may take until it is acknowledged; afterwards it counts
  /// as failed. By default 5 s for a worker and no limit for a supervisor.
  std::optional<caf::timespan> start_timeout = {};

  /// Without a value, a child is started again at once. The delay does not
  /// count as time in the window of the restart intensity: a child that always
  /// fails exhausts it, however long the delays are.
  std::optional<restart_backoff> delay = {};

  significance significant = significance::ordinary;

  mailbox_policy mailbox = mailbox_policy::keep;

  in_flight_options in_flight = {};

  /// Messages that may wait while the child is being restarted; further ones
  /// are refused with `errc::mailbox_full`.
  size_t max_waiting = 65'536;

  /// Without a value, a message may take for ever.
  std::optional<hang_detection> hang = {};

  /// A checkpoint with more bytes, as serialized, is refused.
  uint64_t max_checkpoint_bytes = 1 << 20;

  /// Without a value, the child stays where `start` puts it. A child that was
  /// moved stays where it is then until it is deleted.
  std::optional<isolation_escalation> escalation = {};
};

/// Returns the first field of `x` that is wrong, as one of `missing_child_id`,
/// `missing_start`, `bad_restart_type`, `bad_child_kind`, `bad_stop_limit`,
/// `bad_start_timeout`, `bad_backoff`, `bad_significance`,
/// `bad_mailbox_policy`, `bad_in_flight_policy`, `bad_max_waiting`,
/// `bad_hang_limit`, `bad_checkpoint_limit`, `bad_escalation`; its text names
/// the child. Starts nothing.
/// @relates child_spec
caf::error validate(const child_spec& x);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_spec)
