// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "caf/actor_control_block.hpp"
#include "caf/fwd.hpp"
#include "caf/timespan.hpp"

#include "troupe/scheduling/detail/cell_core.hpp"

namespace troupe {

/// Tells a handler that is still busy whether somebody has asked its actor to
/// exit, or to give up the message that it is in: what a long computation
/// should look at now and then.
///
/// Thread-safe. Keeps the actor's memory while it exists.
class cancel_token {
public:
  /// Of an actor that is no cell, a token that is never set.
  explicit cancel_token(const caf::local_actor* self);

  /// Takes one relaxed load, as long as nobody has asked for anything.
  bool requested() const noexcept {
    return core_ != nullptr && core_->stop_requested();
  }

private:
  caf::strong_actor_ptr owner_;
  const detail::cell_core* core_ = nullptr;
};

/// Asks `x` to give up the message in work, provided that it has been in work
/// for `at_least` so long: its `cancel_token` is set until the message ends.
/// What the handler does about it is its own affair.
///
/// Thread-safe, does not wait.
/// @returns whether there is such a message; always `false` if `x` is no cell
///          of this process or keeps no history.
bool request_cancel(const caf::actor& x,
                    caf::timespan at_least = caf::timespan{0});

} // namespace troupe
