// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "caf/actor.hpp"
#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/after.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "support/actor_kind.hpp"

namespace troupe::test {

/// Far longer than anything takes: a message that is not there by then is lost.
inline constexpr auto patience = std::chrono::seconds{10};

/// Which scheduler a scenario runs on.
enum class scheduler_kind : uint8_t { stock = 1, own };

/// What a scenario works with: a system, and an observer who writes down what
/// it sees.
class world {
public:
  world(actor_kind actors, scheduler_kind scheduler);

  world(const world&) = delete;
  world& operator=(const world&) = delete;

  ~world();

  template <caf::spawn_options Os = caf::no_spawn_options, class F, class... Ts>
  auto spawn(F f, Ts... xs) {
    return make_.start<Os>(*sys_, std::move(f), std::move(xs)...);
  }

  const starter_of& make() const {
    return make_;
  }

  caf::actor_system& system() {
    return *sys_;
  }

  caf::scoped_actor& me() {
    return *self_;
  }

  /// Returns a handle to the observer, for actors that report to it.
  caf::actor out() {
    return caf::actor{*self_};
  }

  void log(const std::string& x);

  /// Logs the answer to a request, of whatever types it is.
  template <class... Ts>
  void ask(const caf::actor& x, Ts&&... xs) {
    log(answer_to(x, caf::make_message(std::forward<Ts>(xs)...)));
  }

  /// Logs the next `n` numbers that actors send to the observer.
  void log_numbers(size_t n);

  /// Logs why `x` ended.
  void log_down_of(const caf::actor& x);

  /// Logs why the actor ended that the observer monitors.
  void log_next_down();

  /// Ends `x` and waits for that, without a line in the log.
  void end(const caf::actor& x);

  /// Starts an actor that waits in its first handler until `open_gate`, and
  /// behaves like `rest` then: what is sent in between waits in its mailbox.
  caf::actor
  spawn_gated(std::function<caf::behavior(caf::event_based_actor*)> rest);

  void open_gate();

  const std::string& seen() const {
    return seen_;
  }

  /// Names an error without the text that only cells keep.
  static std::string describe(const caf::error& x);

private:
  std::string answer_to(const caf::actor& x, caf::message question);

  struct gate {
    std::promise<void> entered;
    std::promise<void> leave;
  };

  caf::actor_system_config cfg_;
  std::unique_ptr<caf::actor_system> sys_;
  std::unique_ptr<caf::scoped_actor> self_;
  starter_of make_;
  std::shared_ptr<gate> gate_;
  std::string seen_;
};

/// Runs `scenario` on stock actors and on cells, on CAF's scheduler and on
/// troupe's, and fails the test unless the observer sees the same each time.
/// @returns what it saw, with ` | ` between the lines.
std::string seen_everywhere(void (*scenario)(world&));

} // namespace troupe::test
