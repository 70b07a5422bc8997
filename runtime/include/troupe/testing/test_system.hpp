// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "caf/actor.hpp"
#include "caf/actor_clock.hpp"
#include "caf/expected.hpp"
#include "caf/fwd.hpp"
#include "caf/timespan.hpp"

#include "troupe/testing/open_request.hpp"

namespace troupe {

class config;

/// Options of a test system.
struct test_options {
  /// Adds message types, actor types and options before the system starts.
  std::function<void(config&)> configure = {};

  /// Without a value, actors run in the order in which they got something to
  /// do, each until its mailbox is empty. With one, the actor that runs next is
  /// chosen at random before each message; equal seeds give equal runs. What
  /// pools and supervisors choose at random is the same in each run anyway.
  std::optional<uint64_t> seed = {};

  /// Turns within one call of `run` or between two timeouts in `advance`;
  /// afterwards `test_failure` is thrown, because actors that always have
  /// something to do would keep the test from ending.
  size_t max_turns = 1'000'000;

  /// Gets a line that names the actors that still run when the test system
  /// ends. Without a value, the line goes to standard error and the process
  /// is aborted.
  std::function<void(const std::string&)> on_leak = {};
};

/// An actor that has something to do.
struct pending_turn {
  caf::actor_id id = 0;

  /// As in `actor::name()`, such as `troupe.pool`.
  std::string name;

  /// The message that it would handle, as text; empty if unknown, such as for
  /// an actor that is to start.
  std::string message;
};

/// An actor system without threads, for tests that decide when an actor runs
/// and what time it is.
///
/// Nothing happens until `step`, `run` or `advance`. Time stands still except
/// in `advance`. Detached actors have real threads also here and do not belong
/// into such a test. Not thread-safe.
///
/// When the test system ends, actors may do what they still have to do, then
/// one that still runs is a leak: exit each actor, or drop its last handle. A
/// delayed message under way keeps its sender and its receiver.
class test_system {
public:
  using time_point = caf::actor_clock::time_point;

  explicit test_system(test_options options = {});

  test_system(const test_system&) = delete;

  test_system& operator=(const test_system&) = delete;

  /// Checks for leaks.
  ~test_system();

  caf::actor_system& system() noexcept;

  // -- turns ------------------------------------------------------------------

  /// Lets one actor start or handle one message.
  /// @returns `false` if none has anything to do.
  bool step();

  /// Lets `x` start or handle one message.
  /// @returns `false` if it has nothing to do.
  bool step(const caf::actor& x);

  /// Lets actors run until all are idle.
  /// @returns the number of turns taken.
  size_t run();

  /// Returns the actors that have something to do, in the order in which they
  /// would run without a seed.
  std::vector<pending_turn> pending() const;

  // -- time -------------------------------------------------------------------

  /// Moves time by `x`, stopping at each timeout on the way to let actors run
  /// until all are idle.
  void advance(caf::timespan x);

  /// Moves time to the next timeout and triggers it. Lets nobody run.
  /// @returns `false` if there is none.
  bool step_time();

  time_point now() const noexcept;

  /// Returns the time until the next timeout or delayed message.
  std::optional<caf::timespan> next_timeout() const;

  // -- requests ---------------------------------------------------------------

  /// Sends a request, runs, and returns the reply; `sec::request_timeout` if
  /// there is none once all actors are idle.
  template <class Result, class Handle, class... Ts>
  caf::expected<Result> ask(const Handle& receiver, Ts&&... xs) {
    auto request = open<Result>(receiver, std::forward<Ts>(xs)...);
    run();
    return request.result();
  }

  /// Sends a request and does not run.
  template <class Result, class Handle, class... Ts>
  open_request<Result> open(const Handle& receiver, Ts&&... xs) {
    return {system(), receiver, std::forward<Ts>(xs)...};
  }

  // -- leaks ------------------------------------------------------------------

  /// Returns one line that names the actors that run, and nothing if there are
  /// none. One that has not started yet is counted without its name.
  std::optional<std::string> still_running() const;

private:
  class impl;

  std::unique_ptr<impl> impl_;
};

} // namespace troupe
