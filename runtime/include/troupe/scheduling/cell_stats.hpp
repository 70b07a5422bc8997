// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "caf/abstract_actor.hpp"
#include "caf/fwd.hpp"
#include "caf/message_id.hpp"

#include "troupe/scheduling/run_time_histogram.hpp"

namespace troupe {

/// What a cell has done so far, as seen from outside.
struct cell_stats {
  /// Messages handled, control included.
  uint64_t handled = 0;

  /// Messages that wait. Above 65,535 waiting while a handler runs, a lower
  /// bound.
  uint64_t waiting = 0;

  /// Those of them that are handled ahead of data: exit, down and urgent ones.
  uint64_t control_waiting = 0;

  /// Times that a message was skipped.
  uint64_t skipped = 0;

  /// Messages that found the mailbox full and were refused.
  uint64_t refused = 0;

  /// Messages that a full mailbox dropped.
  uint64_t dropped = 0;

  /// How long the message in work has been in work; no value between messages
  /// and where no history is kept.
  std::optional<std::chrono::nanoseconds> busy_for;

  /// Time spent on messages, the one in work included; what messages of less
  /// than a microsecond took is estimated from a sample. Zero where no history
  /// is kept.
  std::chrono::nanoseconds run_time{0};

  /// How long messages took, those that are done; empty where no history is
  /// kept.
  run_time_histogram run_times = {};

  /// How long a sample of the messages had waited, about one in half a
  /// millisecond; empty where no history is kept.
  run_time_histogram wait_times = {};
};

/// One message that a cell has taken up.
struct envelope_record {
  /// How long ago the cell took it up.
  std::chrono::nanoseconds age;

  /// Sender, or `caf::invalid_actor_id` if anonymous.
  caf::actor_id sender;

  /// Tells requests from plain messages.
  caf::message_id mid;

  /// Type of the first element; the text of an atom.
  std::string type;

  /// Number of elements.
  size_t size;
};

/// Returns the counters of `x`, or nothing if `x` is no living cell of this
/// process. Of a child that this process has lent to another node, what that
/// told last, and it is asked anew. Thread-safe.
std::optional<cell_stats> stats_of(const caf::actor& x);

/// As `stats_of`, also of a cell that has ended.
std::optional<cell_stats> last_stats_of(const caf::actor& x);

/// Returns the last messages of `x`, oldest first; the last one may be in work.
/// Empty if `x` is no cell of this process, or child that was lent to another
/// node, or keeps no history. Thread-safe; an entry that is overwritten
/// meanwhile is left out.
std::vector<envelope_record> history_of(const caf::actor& x);

} // namespace troupe
