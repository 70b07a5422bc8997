// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "caf/atom.hpp"
#include "caf/error.hpp"
#include "caf/is_error_code_enum.hpp"

namespace troupe {

/// Every error that troupe reports, in one list.
enum class errc : uint8_t {
  /// A configuration value is not allowed; the text names field and range.
  invalid_option = 1,
  /// A configuration key or environment variable that troupe does not know.
  unknown_option,
  /// The configuration file cannot be read or parsed.
  bad_config_file,
  /// Not of the form `HOST:PORT`.
  invalid_address,
  /// A program's input is missing, cannot be read or is wrong.
  bad_input,
  /// A program's output cannot be written in full.
  cannot_write,
  /// Another process listens on the port.
  address_in_use,
  /// The port cannot be opened for another reason.
  cannot_listen,
  /// An address that is not loopback needs `tls`, or an explicit `insecure`.
  security_required,
  /// A certificate or key of this node cannot be used.
  bad_certificate,
  /// The peer is not who it says it is, or cannot prove it.
  peer_not_trusted,
  /// The peer may not start this actor type here.
  start_not_allowed,
  /// The node has as many links as it may have.
  too_many_links,
  /// Nobody answered at the address before the deadline.
  peer_unreachable,
  /// Somebody answered, but does not speak troupe's protocol.
  not_a_troupe_peer,
  /// The peer speaks another version of the protocol.
  version_mismatch,
  /// The peer was built with other message types.
  type_table_mismatch,
  /// The peer has the name or the identity of a node already connected.
  duplicate_node,
  /// The link to the node broke; what was under way may or may not have run.
  link_lost,
  /// The link's send queue is full.
  link_full,
  /// A message exceeds `max_message_bytes`.
  message_too_large,
  /// A message holds a type that may not travel.
  type_not_allowed,
  /// A payload does not decode.
  bad_payload,
  /// The receiving node does not know the destination.
  unknown_destination,
  /// No connected node has this name.
  unknown_node,
  /// The membership authority does not answer.
  authority_unreachable,
  /// The membership authority refuses what it was asked for.
  authority_refused,
  /// Names are only held with a membership authority that has a store.
  no_authority,
  /// The node takes nothing new because it is leaving.
  node_leaving,
  /// No actor type is registered under this name.
  unknown_actor_type,
  /// No actor is registered under this name.
  unknown_name,
  /// Another living actor holds the name.
  name_taken,
  /// The directory holds as many names, watches or peers as it may.
  directory_full,
  /// The pool's queue is full; try again later.
  queue_full,
  /// The pool has no worker left and none is being started.
  no_workers,
  /// The pool has no worker under this number.
  unknown_slot,
  /// The task lost its worker `max_attempts` times.
  worker_lost,
  /// The pool ended before the task was done.
  pool_stopped,
  /// A handler threw; the text is the exception's.
  unhandled_exception,
  /// A child did not start in time.
  start_timeout,
  /// The actor is no child of a supervisor, or the supervisor is gone.
  no_supervisor,
  /// A child declined to start.
  start_ignored,
  /// A child failed more often than its restart budget permits.
  restarts_exhausted,
  /// A child spec has no id.
  missing_child_id,
  /// Two children of a supervisor have the same id.
  duplicate_child_id,
  /// A child spec has no starter, or an empty one.
  missing_start,
  /// A child spec's `restart` is no `restart_type`.
  bad_restart_type,
  /// A child spec's `kind` is no `child_kind`.
  bad_child_kind,
  /// A child spec's `shutdown` is negative.
  bad_stop_limit,
  /// A child spec's `start_timeout` is not positive.
  bad_start_timeout,
  /// A child spec's `delay` has a bound that is not positive, or a cap below
  /// the first delay.
  bad_backoff,
  /// A child spec's `significant` is no `significance`, or does not go with its
  /// restart type or with the supervisor's `auto_shutdown`.
  bad_significance,
  /// A child spec's `mailbox` is no `mailbox_policy`.
  bad_mailbox_policy,
  /// A child spec's `in_flight` is no `in_flight_policy`, or retries too often.
  bad_in_flight_policy,
  /// A child spec's `max_waiting` is out of range.
  bad_max_waiting,
  /// A child spec's `hang` has a time that is not positive, or is no
  /// `stuck_policy`.
  bad_hang_limit,
  /// A child spec's `max_checkpoint_bytes` is out of range.
  bad_checkpoint_limit,
  /// A supervisor spec's `strategy` is no `supervision_strategy`.
  bad_strategy,
  /// A supervisor of dynamic children needs exactly one child spec.
  bad_template,
  /// A supervisor spec's `intensity` has a period that is not positive, or its
  /// `scope` is no `intensity_scope`.
  bad_intensity,
  /// A supervisor spec's `shutdown` is no `auto_shutdown`.
  bad_auto_shutdown,
  /// A supervisor spec's `kill_timeout` is not positive.
  bad_kill_timeout,
  /// A watcher is no actor.
  bad_watcher,
  /// A supervisor spec's `max_quarantined` is out of range.
  bad_quarantine_limit,
  /// A child did not start; the text names it and says why.
  start_failed,
  /// The supervisor has no child with this id.
  unknown_child,
  /// The supervisor has a child with this id.
  child_exists,
  /// The child must be stopped first.
  child_running,
  /// The child has no incarnation, and none is to come.
  child_not_running,
  /// The child is being started or stopped; try again later.
  child_busy,
  /// A message takes the child too long, or the child does not end.
  child_stuck,
  /// The supervisor is stopping its children.
  supervisor_stopping,
  /// The message is not for a supervisor of dynamic children.
  not_for_dynamic,
  /// The message is only for a supervisor of dynamic children.
  only_for_dynamic,
  /// No message with this number is in quarantine.
  unknown_message,
  /// The message kept killing its actor and was set aside; see
  /// `quarantined_message`.
  quarantined,
  /// The receiver's limited mailbox has no place left; try again later.
  mailbox_full,
  /// The peer does not show the token that links of this kind need.
  wrong_token,
  /// The system has no `process_host`, or it is closing.
  no_process_host,
  /// A worker process cannot be started; the text has the system's reason.
  cannot_start_process,
  /// A worker process did not join in time, or ended before.
  worker_not_joined,
  /// The worker process died; the text says how, and in which message.
  process_died,
  /// `process_limits::address_space_bytes` is out of range.
  bad_address_space_limit,
  /// `process_limits::cpu_time` is out of range.
  bad_cpu_limit,
  /// `process_limits::niceness` is out of range.
  bad_niceness,
  /// `process_limits::cores` names a core that this process may not use.
  bad_cores,
  /// `process_limits::open_files` is out of range.
  bad_open_files_limit,
  /// `process_options::program` is empty or no path.
  bad_program,
  /// A timeout of `process_options` or `process_host_options` is out of range.
  bad_process_timeout,
  /// `process_host_options::prestarted` is out of range.
  bad_prestarted,
  /// `process_host_options::threads` is out of range.
  bad_worker_threads,
  /// The peer may not do this here, see `observer_options::may_act`.
  action_not_allowed,
  /// The node has no `observer`.
  no_observer,
  /// A child spec's `escalation` has no starter, a number out of range, or does
  /// not go with its restart type.
  bad_escalation,
  /// The deadline of a request has passed before it was handled.
  deadline_passed,
  /// The node knows as many others as it may.
  too_many_members,
  /// A buffer is larger than `buffer_options::max_bytes`.
  buffer_too_large,
  /// The system has no memory for a buffer.
  no_buffer_memory,
  /// Two buffers are not neighbours in the same memory.
  not_adjacent,
  /// The task was cancelled.
  task_cancelled,
  /// A task failed; the text names its index, its input and the reason.
  task_failed,
  /// Fewer workers answered than a scattered task needs.
  quorum_lost,
  /// A field of `task_options` is out of range.
  bad_task_option,
  /// A field of `map_options` is out of range.
  bad_map_option,
  /// `pool_options::policy` is no `routing`.
  bad_routing,
  /// A number of tasks in `pool_options` is out of range.
  bad_pool_limit,
  /// A time in `pool_options` is out of range.
  bad_pool_time,
  /// `pool_options::elastic` has bounds or a time out of range, or no starter.
  bad_elastic_size,
  /// `pool_options::hedge` is out of range.
  bad_hedge,
  /// `pool_options::recycling` is out of range.
  bad_recycling,
};

/// Atom under which CAF knows the category of `errc`.
constexpr auto errc_category = caf::atom("troupe");

/// Returns the enumerator's name, e.g. `queue_full`.
/// @relates errc
std::string to_string(errc x);

/// @relates errc
caf::error make_error(errc x);

/// Returns an error with one line of context for people.
/// @relates errc
caf::error make_error(errc x, std::string text);

/// Renders any CAF error as one line: the context text where there is one, the
/// code's name otherwise. Needs no actor system.
std::string describe(const caf::error& x);

} // namespace troupe

CAF_ERROR_CODE_ENUM(troupe::errc)
