// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/error.hpp"
#include "caf/expected.hpp"
#include "caf/scheduler/test_coordinator.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/sec.hpp"
#include "caf/timespan.hpp"

#include "troupe/config.hpp"

namespace troupe::test {

/// A request under way, for a look at it before and after it is answered.
/// `Result` is the type of the single value in the reply, `void` for none.
template <class Result>
class open_request {
public:
  template <class Handle, class... Ts>
  open_request(caf::actor_system& sys, const Handle& receiver, Ts&&... xs)
      : sender_(sys, true) {
    sender_->request(receiver, caf::infinite, std::forward<Ts>(xs)...);
  }

  bool answered() {
    return sender_->has_next_message();
  }

  /// Returns the reply; may be asked once. Not yet answered is the error
  /// `caf::sec::request_timeout`, a reply of other types
  /// `caf::sec::unexpected_response`.
  caf::expected<Result> result() {
    if (!answered())
      return caf::make_error(caf::sec::request_timeout);
    auto reply = sender_->next_message();
    auto& content = reply->content();
    if (content.template match_elements<caf::error>())
      return content.template get_as<caf::error>(0);
    if constexpr (std::is_void_v<Result>) {
      if (content.empty() || content.template match_elements<caf::unit_t>())
        return caf::unit;
    } else {
      if (content.template match_elements<Result>())
        return content.template get_as<Result>(0);
    }
    return caf::make_error(caf::sec::unexpected_response,
                           to_string(reply->move_content_to_message()));
  }

private:
  caf::scoped_actor sender_;
};

/// An actor system without threads, for tests that decide when an actor runs
/// and what time it is.
///
/// Nothing happens until `run` or `advance`; then everything happens in the
/// order in which it was sent. When the fixture ends, after the members of a
/// derived fixture, an actor that still runs is a failure of the test: exit
/// each actor, or drop its last handle. Detached actors have real threads also
/// here and do not belong into such a test.
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
  void run();

  /// Moves time by `x`, stopping at each timeout on the way to let actors run.
  void advance(caf::timespan x);

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
    return {sys, receiver, std::forward<Ts>(xs)...};
  }

  /// Returns the test's own actor, to send from and to be watched by.
  caf::scoped_actor& self() {
    return *self_;
  }

  /// Takes the next message that was sent to `self()`.
  /// @returns nothing if there is none; a message of another type also fails
  ///          the test, and is taken.
  template <class T>
  std::optional<T> received() {
    if (!self()->has_next_message())
      return std::nullopt;
    auto element = self()->next_message();
    if (element->content().template match_elements<T>())
      return element->content().template get_as<T>(0);
    ADD_FAILURE() << "unexpected message: "
                  << to_string(element->move_content_to_message());
    return std::nullopt;
  }

private:
  caf::scheduler::test_coordinator& scheduler();

  troupe::config config_;

protected:
  caf::actor_system sys;

private:
  std::optional<caf::scoped_actor> self_{std::in_place, sys, true};
};

} // namespace troupe::test
