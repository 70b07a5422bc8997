// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <string>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/allowed_unsafe_message_type.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/expected.hpp"
#include "caf/spawn_options.hpp"
#include "caf/timespan.hpp"

#include "troupe/base/exception_reason.hpp"

namespace troupe {

/// How far apart an actor lives from the one that started it.
enum class isolation : uint8_t {
  /// A cooperatively scheduled actor of this process.
  pooled = 1,
  /// An actor of this process with a thread of its own; may block.
  thread,
  /// An actor of another node.
  node,
};

/// @relates isolation
std::string to_string(isolation x);

/// Where an actor lives.
struct placement {
  isolation level = isolation::pooled;

  /// Name of the node, empty for this one.
  std::string node;
};

/// Starts one incarnation of an actor, wherever it may live.
///
/// Pools and supervisors get a starter per child and never learn what is
/// behind it. A starter is a value, may be copied, and may be used any number
/// of times. It does not travel between nodes.
class starter {
public:
  /// Takes the new actor, or the reason why there is none.
  using done = std::function<void(caf::expected<caf::actor>)>;

  /// Starts an actor on behalf of `parent` and calls `done` exactly once, from
  /// `parent`'s context, at the latest when `timeout` has passed.
  using function = std::function<void(caf::event_based_actor* parent,
                                      caf::timespan timeout, done)>;

  starter(placement where, function start)
      : where_(std::move(where)), start_(std::move(start)) {
    // nop
  }

  const placement& where() const noexcept {
    return where_;
  }

  /// Returns whether there is a function to start with.
  explicit operator bool() const noexcept {
    return static_cast<bool>(start_);
  }

  void operator()(caf::event_based_actor* parent, caf::timespan timeout,
                  done f) const {
    start_(parent, timeout, std::move(f));
  }

private:
  placement where_;
  function start_;
};

/// Starts `f(args...)` as a cooperatively scheduled actor. `f` is any function
/// that `caf::actor_system::spawn` takes; it runs unchanged. When a handler
/// throws, the actor exits with `errc::unhandled_exception` and the text.
template <class F, class... Ts>
starter pooled(F f, Ts... args) {
  return {{isolation::pooled, {}},
          [=](caf::event_based_actor* parent, caf::timespan,
              const starter::done& done) {
            done(caf::actor_cast<caf::actor>(parent->home_system().spawn(
                keeping_reason<Ts...>(f), args...)));
          }};
}

/// Starts `f(args...)` as an actor with a thread of its own.
template <class F, class... Ts>
starter thread(F f, Ts... args) {
  return {{isolation::thread, {}},
          [=](caf::event_based_actor* parent, caf::timespan,
              const starter::done& done) {
            done(caf::actor_cast<caf::actor>(
                parent->home_system().spawn<caf::detached>(
                    keeping_reason<Ts...>(f), args...)));
          }};
}

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::starter)
