// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "caf/actor.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/message.hpp"

namespace troupe {

/// What a child of a supervisor may know about itself.
struct child_context {
  /// Its id among the supervisor's children.
  std::string id;

  /// Number of this incarnation; the next one has a higher one.
  uint64_t generation = 0;

  /// Null if the supervisor is gone. In another process or on another node,
  /// somebody who passes checkpoints on to it, and nothing else.
  caf::actor supervisor;
};

/// Returns what `self` was started as, or nothing if it is no child of a
/// supervisor in this process.
std::optional<child_context> child_context_of(caf::local_actor* self);

/// Returns the newest checkpoint: the one that `self` has made last, at first
/// the one that an earlier incarnation has left. Empty if there is none.
caf::message last_checkpoint(caf::local_actor* self);

/// Hands a snapshot of the progress of `self` to its supervisor, which gives
/// the newest one to the next incarnation.
///
/// Once this has returned without an error, nothing that happens to `self`
/// loses the snapshot; it is lost with the supervisor only. May be called as
/// often as one likes, also from a handler that runs for hours: the supervisor
/// keeps one per child. Serializes `snapshot` once to find out its size.
/// @returns `errc::no_supervisor` if `self` is no child of a supervisor or the
///          supervisor is gone; `errc::message_too_large` if the spec of the
///          child permits less; `errc::type_not_allowed` if the snapshot holds
///          a type that cannot be serialized. On error, what was there before
///          stays the newest, and the watchers of the supervisor are told.
caf::error checkpoint(caf::local_actor* self, caf::message snapshot);

/// As above, with the values of the snapshot.
template <class T, class... Ts>
caf::error checkpoint(caf::local_actor* self, T x,
                      Ts... xs) requires(!std::is_same_v<T, caf::message>) {
  return checkpoint(self, caf::make_message(std::move(x), std::move(xs)...));
}

} // namespace troupe
