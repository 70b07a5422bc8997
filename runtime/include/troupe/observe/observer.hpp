// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/fwd.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/observe/event_file.hpp"
#include "troupe/observe/flight_record.hpp"
#include "troupe/observe/letter_page.hpp"
#include "troupe/observe/observed_event.hpp"
#include "troupe/observe/observer_action.hpp"
#include "troupe/observe/quarantine_page.hpp"
#include "troupe/observe/system_snapshot.hpp"
#include "troupe/observe/trace_page.hpp"

namespace troupe {

class node;

/// Something to look at: a supervisor with all that is below it, or a pool.
struct observed_root {
  enum class kind : uint8_t { supervisor = 1, pool };

  /// Unique for its kind; paths begin with it, so it has no slash.
  std::string name;

  caf::actor who;

  kind what = kind::supervisor;
};

/// Permits a peer to act here.
struct action_permission {
  /// Name of the peer, `*` for every one.
  std::string peer;

  /// Such as `restart`, see `to_string(observer_action::kind)`; `*` for all.
  std::string action;
};

struct observer_options {
  std::vector<observed_root> roots = {};

  /// Events that are remembered, 1 to 1,000,000. Each takes some 300 bytes, and
  /// one about a crash two kilobytes.
  size_t max_events = 10'000;

  /// Dead letters that are remembered, 1 to 1,000,000.
  size_t max_letters = 1'000;

  /// Spans of traces that are remembered, 1 to 1,000,000. Each takes some 300
  /// bytes.
  size_t max_spans = 10'000;

  /// Where events are also written. A file that cannot be opened is told by an
  /// event.
  std::optional<event_file> file = std::nullopt;

  /// Who may act here from other nodes. Without a value it depends, as with
  /// `node_options::may_start`: with `link_security::tls` nobody, otherwise
  /// everybody.
  std::optional<std::vector<action_permission>> may_act = std::nullopt;
};

/// Name of each node's observer in its directory.
constexpr auto observer_name = "observer";

/// Looks at the supervisors and pools of a system, and at the other nodes, and
/// tells what it sees.
///
/// The actor behind it answers programs of this process and, if there is a
/// node, observers and tools on all linked nodes, which find it in the
/// directory as `observer@NODE`. It has a thread of its own, so that it answers
/// when all cores compute.
///
/// | accepts                      | replies                                   |
/// |------------------------------|-------------------------------------------|
/// | `(snapshot_atom,             | `system_snapshot`, at the latest after    |
/// | snapshot_query)`             | its deadline                              |
/// | `(events_atom, event_query)` | `event_page`                              |
/// | `(letters_atom,              | `letter_page`                             |
/// | event_query)`                |                                           |
/// | `(spans_atom, event_query)`  | `trace_page`                              |
/// | `(metrics_atom, string node)`| `string`, see `to_prometheus`; an empty   |
/// |                              | name is the observer's own node           |
/// | `(quarantine_atom,           | `quarantine_page` of a node, empty for    |
/// | string node)`                | the observer's own                        |
/// | `(history_atom, string node, | `flight_record` of a child                |
/// | string path)`                |                                           |
/// | `(act_atom,                  | `action_outcome`, or why not:             |
/// | observer_action)`            | `action_not_allowed`, `bad_input`, what   |
/// |                              | the supervisor says, such as              |
/// |                              | `unknown_child` or `child_busy`           |
/// | `(watch_atom, actor)`        | unit; the actor gets each new             |
/// |                              | `observed_event` of this node             |
/// | `(withdraw_atom, actor)`     | unit; ends that                           |
/// | `observed_root`              | unit; looks at one more, or at another    |
/// |                              | one under that name (local only)          |
/// | `(probe_atom, cell_query)`   | `cell_reports`; from observers            |
/// | `(history_atom, uint64_t)`   | `flight_record` of an actor, without its  |
/// |                              | path; from observers                      |
///
/// What is asked of another node is passed on to its observer, and fails with
/// `unknown_node`, `no_observer`, `link_lost` or `sec::request_timeout`. It is
/// the observer that asks there, so it is its node that needs the permission.
///
/// Gets the dead letters and the spans of the system, unless somebody else does
/// already.
/// Remembers as much as its options say, whatever happens. Events of a
/// supervisor are lost while nobody watches it: before the observer starts.
///
/// REQUIRES: ends before the node and the system do.
class observer {
public:
  /// Looks at this process alone.
  explicit observer(caf::actor_system& sys, observer_options options = {});

  /// Looks at the nodes that are linked to `at`, too.
  observer(caf::actor_system& sys, const node& at,
           observer_options options = {});

  observer(const observer&) = delete;
  observer& operator=(const observer&) = delete;

  ~observer();

  const caf::actor& handle() const noexcept;

private:
  class impl;

  std::unique_ptr<impl> impl_;
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::observed_root)
