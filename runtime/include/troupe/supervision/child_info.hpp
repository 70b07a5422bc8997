// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "caf/error.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/node_id.hpp"
#include "caf/optional.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/cell_work.hpp"

namespace troupe {

/// What a child is doing.
enum class child_state : uint8_t {
  /// No incarnation, and none to come: it ended, was stopped, or declined to
  /// start.
  empty = 1,
  starting,
  up,
  /// Was asked to end.
  stopping,
  /// Waits for its restart.
  waiting,
};

/// @relates child_state
std::string to_string(child_state x);

/// A child as its supervisor sees it.
struct child_info {
  std::string id = {};

  /// What children of a kind have in common: the id of the template for dynamic
  /// ones, the own id for others.
  std::string type = {};

  child_state state = child_state::empty;

  /// Whether the child is a supervisor itself.
  bool is_supervisor = false;

  /// Number of the present or last incarnation, 0 if there was none yet.
  uint64_t generation = 0;

  /// Restarts in the window that the child's next failure counts in.
  size_t restarts = 0;

  /// Restarts permitted in that window, if there is a limit.
  caf::optional<size_t> limit = {};

  /// Where the child lives, such as `pooled`, and a node's name if it is on
  /// another one, as in `node fast-1`.
  std::string place = {};

  /// Why the last incarnation ended, if it was at fault.
  caf::error last_failure = {};

  /// How that incarnation died in one line, see `death_reason`.
  std::string last_death = {};

  /// Time until the next start of a child that waits.
  caf::optional<caf::timespan> next_start = {};

  /// Messages that wait, in the mailbox or for the next incarnation. Only known
  /// for cells.
  uint64_t waiting_messages = 0;

  /// How long the child has handled its present message. Only known for cells.
  caf::optional<caf::timespan> busy_for = {};

  /// What the present message begins with: the text of an atom, or else the
  /// name of a type. Only known for cells.
  std::string message = {};

  /// Those of the waiting messages that are handled ahead of data.
  uint64_t control_waiting = 0;

  /// What the incarnation has done. Only known for cells.
  cell_work work = {};

  /// Where the incarnation is and its number there; an invalid node and 0 while
  /// there is none.
  caf::node_id node = {};
  uint64_t actor = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, child_info& x) {
  return f(caf::meta::type_name("troupe::child_info"), x.id, x.type, x.state,
           x.is_supervisor, x.generation, x.restarts, x.limit, x.place,
           x.last_failure, x.last_death, x.next_start, x.waiting_messages,
           x.busy_for, x.message, x.control_waiting, x.work, x.node, x.actor);
}

/// How many children a supervisor has.
struct child_counts {
  /// Places, whether an incarnation lives in them or not.
  size_t specs = 0;

  /// Incarnations that are up.
  size_t active = 0;

  /// Places of supervisors and of workers.
  size_t supervisors = 0;
  size_t workers = 0;

  /// Incarnations that were given up and have not ended yet.
  size_t disowned = 0;

  /// Restarts since the supervisor started.
  uint64_t restarts = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, child_counts& x) {
  return f(caf::meta::type_name("troupe::child_counts"), x.specs, x.active,
           x.supervisors, x.workers, x.disowned, x.restarts);
}

} // namespace troupe
