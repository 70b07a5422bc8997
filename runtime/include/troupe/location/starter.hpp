// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "caf/actor.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/expected.hpp"
#include "caf/spawn_options.hpp"

#include "troupe/location/detail/local_start.hpp"
#include "troupe/location/start_context.hpp"
#include "troupe/location/start_desk.hpp"

namespace troupe {

/// How far apart an actor lives from the one that started it.
enum class isolation : uint8_t {
  /// A cooperatively scheduled actor of this process.
  pooled = 1,
  /// An actor of this process with a thread of its own; may block.
  thread,
  /// An actor of a worker process of this host.
  process,
  /// An actor of another node.
  node,
};

/// @relates isolation
std::string to_string(isolation x);

/// Where an actor lives.
struct placement {
  isolation level = isolation::pooled;

  /// Name of the node, empty for this one; `role:NAME` or `*` if the node is
  /// chosen at each start.
  std::string node;
};

/// Starts one incarnation of an actor, wherever it may live.
///
/// Pools and supervisors get a starter per child and never learn what is
/// behind it. A starter is a value, may be copied, and may be used any number
/// of times. It does not travel between nodes.
class starter {
public:
  /// Takes the new actor once its init function has run, or the reason why
  /// there is none.
  using done = start_desk::done;

  /// Starts an actor as `context` and on behalf of the parent at `desk`. Calls
  /// `done` exactly once, from the parent's context and at the latest when the
  /// context's timeout has passed, unless the parent has ended. May call it at
  /// once.
  using function =
      std::function<void(start_desk& desk, start_context context, done)>;

  /// Starts nothing; must not be called.
  starter() = default;

  starter(placement where, function start)
      : where_(std::move(where)), start_(std::move(start)) {
    // nop
  }

  /// Returns whether there is something to start.
  explicit operator bool() const noexcept {
    return start_ != nullptr;
  }

  const placement& where() const noexcept {
    return where_;
  }

  /// Starts an actor; `function` says what is guaranteed. What it throws is no
  /// concern of `done`.
  void operator()(start_desk& desk, start_context context, done f) const {
    start_(desk, std::move(context), std::move(f));
  }

  /// As above, for a parent that starts few actors and keeps no desk.
  void operator()(caf::event_based_actor* parent, start_context context,
                  done f) const {
    start_desk desk{parent};
    start_(desk, std::move(context), std::move(f));
  }

private:
  placement where_;
  function start_;
};

/// Starts `f(args...)` as a cooperatively scheduled actor. `f` is any function
/// that `caf::actor_system::spawn` takes; it runs unchanged, as a cell. When it
/// or a handler throws, the actor exits with `errc::unhandled_exception` and
/// the text.
///
/// The start is acknowledged once `f` has returned. It fails with the reason
/// that the actor ended with if `f` throws or quits with an error.
template <class F, class... Ts>
starter pooled(F f, Ts... args) {
  return {{isolation::pooled, {}},
          detail::start_function<caf::no_spawn_options>(std::move(f),
                                                        std::move(args)...)};
}

/// Starts an actor of class `T`, constructed with `args...`. It must not be
/// final. The start is acknowledged once `make_behavior` has returned; it fails
/// as well if the constructor throws.
template <class T, class... Ts>
starter pooled(Ts... args) {
  return {{isolation::pooled, {}},
          detail::start_class<T, caf::no_spawn_options>(std::move(args)...)};
}

/// Starts `f(args...)` as an actor with a thread of its own. The start of a
/// blocking actor is acknowledged when `f` begins.
template <class F, class... Ts>
starter thread(F f, Ts... args) {
  return {
      {isolation::thread, {}},
      detail::start_function<caf::detached>(std::move(f), std::move(args)...)};
}

/// Starts an actor of class `T` with a thread of its own. The start of a
/// blocking actor is acknowledged when `act` begins.
template <class T, class... Ts>
starter thread(Ts... args) {
  return {{isolation::thread, {}},
          detail::start_class<T, caf::detached>(std::move(args)...)};
}

/// Makes the start of `self` fail with `errc::start_ignored`: its supervisor
/// goes on without it and keeps its place empty. To be called by an init
/// function, which must return then.
void ignore_start(caf::scheduled_actor* self);

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::starter)
