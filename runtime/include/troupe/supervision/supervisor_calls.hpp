// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "caf/actor.hpp"
#include "caf/timespan.hpp"

#include "troupe/supervision/supervisor.hpp"

namespace troupe {

// Each of these only sends one message of the protocol of `supervisor` and
// returns what `self->request` returns: of an event-based actor something to
// call `then` or `await` on, of a scoped actor something to call `receive` on.

/// Asks to be told when all children were started.
template <class Self>
auto await_ready(Self* self, const caf::actor& supervisor,
                 caf::timespan timeout) {
  return self->request(supervisor, timeout, ready_atom_v);
}

/// Adds and starts a child. Replies with its handle.
template <class Self>
auto start_child(Self* self, const caf::actor& supervisor,
                 caf::timespan timeout, child_spec spec) {
  return self->request(supervisor, timeout, start_atom_v, std::move(spec));
}

/// Starts one more dynamic child. Replies with its handle.
template <class Self>
auto start_child(Self* self, const caf::actor& supervisor,
                 caf::timespan timeout) {
  return self->request(supervisor, timeout, start_atom_v);
}

/// Starts one more dynamic child, by `start` rather than as its template says.
template <class Self>
auto start_child(Self* self, const caf::actor& supervisor,
                 caf::timespan timeout, starter start) {
  return self->request(supervisor, timeout, start_atom_v, std::move(start));
}

/// Stops a child. Replies with unit when it is down.
template <class Self>
auto stop_child(Self* self, const caf::actor& supervisor, caf::timespan timeout,
                std::string id) {
  return self->request(supervisor, timeout, stop_atom_v, std::move(id));
}

/// Stops a child if it is up, and starts it. Replies with its handle.
template <class Self>
auto restart_child(Self* self, const caf::actor& supervisor,
                   caf::timespan timeout, std::string id) {
  return self->request(supervisor, timeout, restart_atom_v, std::move(id));
}

/// Removes a child that is stopped.
template <class Self>
auto delete_child(Self* self, const caf::actor& supervisor,
                  caf::timespan timeout, std::string id) {
  return self->request(supervisor, timeout, delete_atom_v, std::move(id));
}

/// Replies with a `std::vector<child_info>`.
template <class Self>
auto which_children(Self* self, const caf::actor& supervisor,
                    caf::timespan timeout) {
  return self->request(supervisor, timeout, children_atom_v);
}

/// Replies with `child_counts`.
template <class Self>
auto count_children(Self* self, const caf::actor& supervisor,
                    caf::timespan timeout) {
  return self->request(supervisor, timeout, count_atom_v);
}

/// Replies with the child's handle.
template <class Self>
auto get_child(Self* self, const caf::actor& supervisor, caf::timespan timeout,
               std::string id) {
  return self->request(supervisor, timeout, child_atom_v, std::move(id));
}

/// Has each `supervision_event` sent to `watcher`.
template <class Self>
auto watch_children(Self* self, const caf::actor& supervisor,
                    caf::timespan timeout, const caf::actor& watcher) {
  return self->request(supervisor, timeout, watch_atom_v, watcher);
}

/// Replies with a `std::vector<quarantined_message>`.
template <class Self>
auto list_quarantine(Self* self, const caf::actor& supervisor,
                     caf::timespan timeout) {
  return self->request(supervisor, timeout, quarantine_atom_v);
}

/// Sends a message from the quarantine to its child again.
template <class Self>
auto replay_message(Self* self, const caf::actor& supervisor,
                    caf::timespan timeout, uint64_t number) {
  return self->request(supervisor, timeout, replay_atom_v, number);
}

/// Drops a message from the quarantine.
template <class Self>
auto discard_message(Self* self, const caf::actor& supervisor,
                     caf::timespan timeout, uint64_t number) {
  return self->request(supervisor, timeout, discard_atom_v, number);
}

} // namespace troupe
