// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/expected.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/timespan.hpp"

#include "troupe/config.hpp"
#include "troupe/testing/test_failure.hpp"
#include "troupe/testing/test_probe.hpp"
#include "troupe/testing/test_system.hpp"

namespace troupe::test {

using troupe::open_request;

/// A GoogleTest fixture around a test system: when it ends, after the members
/// of a derived fixture, an actor that still runs is a failure of the test.
class deterministic : public ::testing::Test {
protected:
  /// Adds message types, actor types and options before the system starts.
  using configure = std::function<void(config&)>;

  deterministic() : deterministic([](config&) {}) {
    // nop
  }

  explicit deterministic(const configure& f);

  ~deterministic() override;

  /// Lets actors run until all are idle. Time stands still.
  void run() {
    system_.run();
  }

  /// Moves time by `x`, stopping at each timeout on the way to let actors run.
  void advance(caf::timespan x) {
    system_.advance(x);
  }

  /// Sends a request, runs, and returns the reply; `sec::request_timeout` if
  /// there is none once all actors are idle.
  template <class Result, class Handle, class... Ts>
  caf::expected<Result> ask(const Handle& receiver, Ts&&... xs) {
    return system_.ask<Result>(receiver, std::forward<Ts>(xs)...);
  }

  /// Sends a request and does not run.
  template <class Result, class Handle, class... Ts>
  open_request<Result> open(const Handle& receiver, Ts&&... xs) {
    return system_.open<Result>(receiver, std::forward<Ts>(xs)...);
  }

  /// Returns the test's own actor, to send from and to be watched by.
  caf::scoped_actor& self() {
    return probe_->self();
  }

  /// Takes the next message that was sent to `self()`.
  /// @returns nothing if there is none; a message of another type also fails
  ///          the test, and is taken.
  template <class T>
  std::optional<T> received() {
    if (!probe_->has_message())
      return std::nullopt;
    try {
      return probe_->expect<T>();
    } catch (const test_failure& e) {
      ADD_FAILURE() << e.what();
      return std::nullopt;
    }
  }

private:
  test_system system_;
  std::optional<test_probe> probe_{std::in_place, system_};

protected:
  caf::actor_system& sys = system_.system();
};

} // namespace troupe::test
