// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/location/starter.hpp"
#include "troupe/supervision/child_info.hpp"
#include "troupe/supervision/quarantined_message.hpp"
#include "troupe/supervision/supervision_event.hpp"
#include "troupe/supervision/supervisor_spec.hpp"

namespace troupe {

/// Starts, restarts and stops children.
///
/// Spawned with `troupe::spawn(sys, troupe::supervisor, supervisor_spec{...})`,
/// or with `sys.spawn`. A spec that `validate` refuses ends the supervisor with
/// that error before anything is started. The functions in
/// `supervisor_calls.hpp` send these messages.
///
/// | accepts                        | replies                                |
/// |--------------------------------|----------------------------------------|
/// | `(ready_atom)`                 | unit, once all children were started   |
/// |                                | for the first time; or why not, once   |
/// |                                | those that were are down               |
/// | `(start_atom, child_spec)`     | the child's handle (local only, not    |
/// |                                | for dynamic children); `child_exists`, |
/// |                                | `start_failed`, `child_not_running` if |
/// |                                | it declined, or an error of `validate` |
/// | `(start_atom)`                 | handle of a new dynamic child          |
/// | `(start_atom, starter)`        | the same, but started with this (local |
/// |                                | only)                                  |
/// | `(stop_atom, string)`          | unit, once the child is down; keeps    |
/// |                                | the spec unless it is temporary or     |
/// |                                | dynamic                                |
/// | `(restart_atom, string)`       | handle, once the child was stopped and |
/// |                                | started; `child_busy` while it is      |
/// |                                | already being started or stopped       |
/// | `(delete_atom, string)`        | unit; `child_running` unless it is     |
/// |                                | stopped or waits for its restart       |
/// | `(children_atom)`              | `vector<child_info>` in start order    |
/// | `(count_atom)`                 | `child_counts`                         |
/// | `(child_atom, string)`         | handle, also while the child is being  |
/// |                                | restarted; `child_not_running` if no   |
/// |                                | incarnation is to come                 |
/// | `(probe_atom, string)`         | `child_info` and the incarnation       |
/// |                                | itself, null while there is none; for  |
/// |                                | who looks at actors, not to send to    |
/// | `(watch_atom, actor)`          | unit; the actor gets a `started` for   |
/// |                                | each child that is up, and then each   |
/// |                                | `supervision_event`, also of           |
/// |                                | supervisors below                      |
/// | `(quarantine_atom)`            | `vector<quarantined_message>`          |
/// | `(replay_atom, uint64_t)`      | unit; sends the message to its child   |
/// |                                | once more; `unknown_message`,          |
/// |                                | `child_not_running`                    |
/// | `(discard_atom, uint64_t)`     | unit or `unknown_message`              |
///
/// A string is a child's id; one that is not there is `unknown_child`. While
/// the supervisor is stopping, what would start a child is answered with
/// `supervisor_stopping`.
///
/// A handle is an ordinary `caf::actor` that stands for the child over all its
/// restarts. It goes down when no incarnation is to come: the child ended and
/// is not restarted, was stopped or deleted, or its supervisor has ended. A
/// child that is started again after that gets a new handle. See `child_spec`
/// for what becomes of messages meanwhile.
///
/// Children are told to exit ahead of what waits in their mailboxes. On an exit
/// message other than `exit_reason::kill` the supervisor stops its children,
/// one after another in reverse order (dynamic ones together), and then exits
/// with the same reason. It exits by itself with `restarts_exhausted` when its
/// restart intensity is spent, with `start_failed` when a child of its spec
/// does not start the first time (after those already up were stopped), and
/// with `exit_reason::user_shutdown` by `auto_shutdown`. A supervisor that is
/// killed, or that nobody refers to any more, kills its children and waits for
/// none.
///
/// Its own end is seen by another supervisor like that of any child, so
/// supervisors nest: see `subtree`. It runs on any node, started there by the
/// name of a function that calls it with a spec.
caf::behavior supervisor(caf::event_based_actor* self, supervisor_spec spec);

/// Starts a supervisor as a child of another one. The start is acknowledged
/// when all of its children are up. The `child_spec` around it says
/// `.kind = child_kind::supervisor`.
starter subtree(supervisor_spec spec);

} // namespace troupe
