// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <utility>

#include "caf/message.hpp"

#include "troupe/location/starter.hpp"
#include "troupe/process/process_options.hpp"

namespace troupe {

namespace detail {

starter start_in_process(process_options options, std::string type,
                         caf::message args);

} // namespace detail

/// Starts the registered actor type `type`, see `config::add_actor_type`, with
/// `args` in a worker process of its own.
///
/// The actor that the starter returns stands in for the one in the process:
/// it has its mailbox, hands it a few messages at a time, passes answers on,
/// and ends when the process has ended, with the cause of death as its reason.
/// So whatever kills the process - a wild pointer, `abort`, too much memory, a
/// loop that nothing but SIGKILL ends - is one failure of a child: what had not
/// begun goes to the next incarnation, and the message in work is treated as
/// the spec of the child says. What its handler had sent before may have
/// arrived or not. An answer that was under way when the process died is lost;
/// its request is sent again if the child's policy is `retry`, and otherwise
/// answered with the cause of death.
///
/// Asked to exit, the actor gets the time of `process_options::quit_timeout`,
/// then the process gets SIGTERM, then SIGKILL; `exit_reason::kill` is SIGKILL
/// at once.
///
/// Checkpoints, hang detection and cancel tokens work as for other children,
/// with two differences: a checkpoint is safe once it has left the process, a
/// moment after it was made, and only what came through the stand-in counts as
/// a message in work, not what the actor sends itself.
///
/// In the worker process, the sender of a request is its stand-in there, and an
/// actor can be reached that lives in this process or in that one; handles of
/// third nodes and of other worker processes arrive as invalid ones. Messages
/// must be of registered types.
///
/// The start fails with an error of `validate`, `errc::no_process_host`,
/// `cannot_start_process`, `worker_not_joined`, `unknown_actor_type` or
/// `start_timeout`, or with what the actor ended with.
template <class... Ts>
starter process(process_options options, std::string type, Ts... args) {
  return detail::start_in_process(std::move(options), std::move(type),
                                  caf::make_message(std::move(args)...));
}

/// As above, with default options.
template <class... Ts>
starter process(std::string type, Ts... args) {
  return detail::start_in_process({}, std::move(type),
                                  caf::make_message(std::move(args)...));
}

} // namespace troupe
