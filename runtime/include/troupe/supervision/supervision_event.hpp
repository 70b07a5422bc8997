// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "caf/error.hpp"
#include "caf/meta/type_name.hpp"
#include "caf/optional.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/scheduling/cell_work.hpp"

namespace troupe {

/// Something that happened to a child of a supervisor.
struct supervision_event {
  enum class kind : uint8_t {
    /// An incarnation is up.
    started = 1,
    /// A start failed or took too long.
    start_failed,
    /// The child declined to start; its place stays empty.
    ignored,
    /// The child ended and was not asked to. Whether it is restarted is told
    /// next.
    ended,
    /// A restart was decided; it begins after `delay`.
    restarting,
    /// The child ended as its supervisor asked.
    stopped,
    /// The child did not end in time and was killed.
    overdue,
    /// The child has failed so often that it is started in another place from
    /// now on, see `isolation_escalation`.
    moved,
    /// A message takes longer than the child's limit.
    stuck,
    /// The child does not end though it was killed, or it was given up as
    /// stuck: it is no longer waited for.
    disowned,
    /// A message was put into quarantine, see `reason`.
    quarantined,
    /// The oldest message in quarantine was dropped to make place.
    forgotten,
    /// The message in work was lost with its incarnation: answered with an
    /// error, or dropped.
    message_lost,
    /// The message in work is handled again by the next incarnation.
    message_retried,
    /// Too many messages wait for the next incarnation: the first one of this
    /// outage was refused.
    message_refused,
    /// What waited in the mailbox of the failed incarnation was discarded.
    messages_discarded,
    /// A checkpoint was refused, see `reason`.
    checkpoint_refused,
    /// The child is gone for good.
    removed,
    /// The restart budget is spent: the supervisor stops its children and
    /// exits. The child is the one that failed last.
    exhausted,
    /// The supervisor stops because significant children ended.
    auto_shutdown,
  };

  kind what = kind::started;

  /// Id of the child; those of supervisors below stand before it, as in
  /// `"storage/cache"`.
  std::string child = {};

  /// Number of the incarnation among all of its supervisor, later ones higher.
  uint64_t generation = 0;

  /// Why, empty where there is nothing to explain. The text of an exception is
  /// in it; `describe` renders it.
  caf::error reason = {};

  /// With the end of an incarnation, how it died in one line, with what the
  /// reason alone does not tell: as in `std::runtime_error: out of tea` or
  /// `killed by actor 17`. See `death_reason`.
  std::string death = {};

  /// With `stuck`, `overdue` and `disowned`, what the incarnation is doing in
  /// one line, as in `busy for 5200 ms with a message that begins with
  /// "render", 17 more wait`.
  std::string activity = {};

  /// Restarts in the window of the restart intensity.
  size_t restarts = 0;

  /// Restarts that are permitted in the window, if there is a limit.
  caf::optional<size_t> limit = {};

  /// With `restarting`, the time until then.
  caf::timespan delay{0};

  /// With `ended` after a failure, the last messages of the incarnation, oldest
  /// first, one line each, as in `2 ms before: "render", 3 elements, a request
  /// of actor 17`. Only known for cells.
  std::vector<std::string> last_messages = {};

  /// Id of the child's spec, which dynamic children have in common; those of
  /// supervisors below stand before it.
  std::string type = {};

  /// With `ended` and `stopped`, what the incarnation has done. Only known for
  /// cells.
  cell_work work = {};
};

/// @relates supervision_event
std::string to_string(supervision_event::kind x);

/// Returns one line for people, as in `storage/cache #7 ended: bad block`.
/// @relates supervision_event
std::string describe(const supervision_event& x);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, supervision_event& x) {
  return f(caf::meta::type_name("troupe::supervision_event"), x.what, x.child,
           x.generation, x.reason, x.death, x.activity, x.restarts, x.limit,
           x.delay, x.last_messages, x.type, x.work);
}

} // namespace troupe
