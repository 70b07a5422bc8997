// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "caf/actor.hpp"
#include "caf/actor_control_block.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"
#include "caf/message_id.hpp"
#include "caf/timespan.hpp"

namespace troupe {

/// Where an actor keeps the starts that it has under way: with one timer for
/// all of them, and none while nothing is under way.
///
/// Each start ends exactly once, in the actor's own context: acknowledged,
/// failed, or too late. An actor whose start was too late, or whose parent has
/// ended meanwhile, is told to exit. To be used in the actor's own context
/// only; copies share the starts. A start under way outlives the desk, but not
/// the actor.
class start_desk {
public:
  /// Takes the new actor, or the reason why there is none.
  using done = std::function<void(caf::expected<caf::actor>)>;

  /// What a new actor needs to acknowledge its start.
  struct ticket {
    uint64_t number;
    caf::message_id reply_to;
  };

  explicit start_desk(caf::event_based_actor* parent);

  caf::event_based_actor* parent() const noexcept;

  /// Books a start that must be acknowledged within `timeout`; `errc::
  /// start_timeout` otherwise.
  ticket open(std::optional<caf::timespan> timeout, done f);

  /// Books that `child` is on its way. Its start may still fail. If the parent
  /// has quit, `child` is told to exit.
  /// @pre Called in the same turn as `open`.
  void launched(const ticket& x, caf::strong_actor_ptr child);

  /// Ends a start that has succeeded, where the child does not acknowledge it
  /// by itself. If the start is over already, `child` is told to exit.
  void started(const ticket& x, caf::strong_actor_ptr child);

  /// Ends a start that failed.
  void failed(const ticket& x, caf::error why);

  /// Number of starts under way.
  size_t size() const noexcept;

private:
  class state;

  std::shared_ptr<state> state_;
};

} // namespace troupe
