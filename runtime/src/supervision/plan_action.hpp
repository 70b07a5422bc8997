// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "caf/error.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/supervision/supervision_event.hpp"

namespace troupe {

/// Names a place for a child. Is used again after the place was removed.
using place_id = uint32_t;

/// Names one incarnation: no two of a supervisor have the same generation.
struct child_ref {
  place_id place = 0;
  uint64_t generation = 0;

  friend bool operator==(const child_ref&, const child_ref&) = default;
};

/// Number under which a request waits for its answer.
using call_id = uint64_t;

/// Start an incarnation; then call `started`, `declined` or `start_failed`.
struct launch_child {
  child_ref who;

  /// Whether to start it where its escalation says.
  bool moved = false;
};

/// Nobody wants the start under way any more. It still has to end as for
/// `launch_child`, the sooner the better.
struct cancel_launch {
  child_ref who;
};

/// Ask the incarnation to exit; when it is down, call `ended`.
struct ask_child_to_exit {
  child_ref who;
};

/// Kill the incarnation; when it is down, call `ended`.
struct kill_child {
  child_ref who;
};

/// Set the incarnation's token for the message in work.
struct cancel_message {
  child_ref who;
};

/// The incarnation is not waited for any longer. When it is down after all,
/// call `ended`.
struct disown_child {
  child_ref who;
};

/// No incarnation is to come, unless somebody asks for one: who waits for the
/// child is to be told.
struct close_place {
  place_id place;
  caf::error reason = {};
};

/// Forget the place; nothing refers to it any more.
struct remove_place {
  place_id place;
};

/// Answer a request: with success if `code` is empty.
struct answer_call {
  call_id call;
  place_id place;
  std::optional<errc> code;

  /// What went wrong with the child, if that is why.
  caf::error reason = {};
};

/// Tell the watchers.
struct report_child {
  supervision_event::kind what;
  child_ref who;
  caf::error reason = {};
  size_t restarts = 0;
  std::optional<size_t> limit = {};
  caf::timespan delay{0};
};

/// All children were started for the first time.
struct all_started {};

/// The supervisor is to exit with `code` when all have stopped, because of
/// `who`. Not followed by another one.
struct exit_later {
  errc code;
  child_ref who;
  caf::error reason = {};
};

/// As `exit_later`, but since significant children ended.
struct exit_quietly {};

/// All have stopped: exit now.
struct exit_now {};

/// What a supervisor is to do next.
using plan_action =
    std::variant<launch_child, cancel_launch, ask_child_to_exit, kill_child,
                 cancel_message, disown_child, close_place, remove_place,
                 answer_call, report_child, all_started, exit_later,
                 exit_quietly, exit_now>;

} // namespace troupe
