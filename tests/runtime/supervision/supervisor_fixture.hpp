// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/deterministic.hpp"

#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"

#include "troupe/base/errc.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

namespace troupe::test {

/// Supervisors on the deterministic scheduler. `log` tells which workers began
/// and ended, in order.
class supervisor_fixture : public deterministic {
protected:
  /// A worker that says hello and goodbye to the log. It answers `"ping"` with
  /// its name and the number of its start, throws on `"boom"`, and ends on
  /// `"bye"`.
  starter worker(const std::string& name) {
    return pooled(&supervisor_fixture::run_worker, log, name);
  }

  child_spec child(const std::string& name) {
    return {.id = name, .start = worker(name)};
  }

  static caf::behavior run_worker(caf::event_based_actor* self,
                                  std::shared_ptr<std::vector<std::string>> log,
                                  std::string name) {
    log->push_back("+" + name);
    self->attach_functor(
        [log, name](const caf::error&) { log->push_back("-" + name); });
    return {
        [=](const std::string& x) -> caf::result<std::string> {
          if (x == "boom")
            throw std::runtime_error{"boom of " + name};
          if (x == "bye")
            self->quit();
          return name + " says " + x;
        },
    };
  }

  caf::actor supervise(supervisor_spec spec) {
    auto result = troupe::spawn(sys, supervisor, std::move(spec));
    run();
    return result;
  }

  /// Tells the supervisor to exit and lets everything happen.
  void stop(const caf::actor& x) {
    self()->send_exit(x, caf::exit_reason::user_shutdown);
    run();
  }

  caf::actor handle(const caf::actor& supervisor, const std::string& id) {
    auto result = ask<caf::actor>(supervisor, child_atom_v, id);
    EXPECT_TRUE(result) << describe(result.error());
    return result ? *result : caf::actor{};
  }

  /// Sends a plain message to a child and lets everything happen.
  void tell(const caf::actor& supervisor, const std::string& id,
            const std::string& what) {
    self()->send(handle(supervisor, id), what);
    run();
  }

  /// Returns the child's reply to a text, or the error.
  std::string talk(const caf::actor& supervisor, const std::string& id,
                   const std::string& what) {
    auto result = ask<std::string>(handle(supervisor, id), what);
    return result ? *result : "error: " + describe(result.error());
  }

  /// Returns and empties the log, as in `"+a +b -a"`.
  std::string logged() {
    std::string result;
    for (auto& x : std::exchange(*log, {}))
      result += (result.empty() ? "" : " ") + x;
    return result;
  }

  /// Returns what the supervisor ended with, if it has.
  std::optional<caf::error> ended(const caf::actor& x) {
    self()->monitor(x);
    run();
    std::optional<caf::error> result;
    while (self()->has_next_message()) {
      auto element = self()->next_message();
      if (element->content().match_elements<caf::down_msg>())
        result = element->content().get_as<caf::down_msg>(0).reason;
    }
    return result;
  }

  /// Returns an actor that keeps the events it gets, one line each.
  std::pair<caf::actor, std::shared_ptr<std::vector<supervision_event>>>
  watcher() {
    auto events = std::make_shared<std::vector<supervision_event>>();
    auto f = [events](caf::event_based_actor*) -> caf::behavior {
      return {[events](const supervision_event& x) { events->push_back(x); }};
    };
    return {sys.spawn(f), events};
  }

  static std::string lines(std::vector<supervision_event>& events) {
    std::string result;
    for (auto& x : std::exchange(events, {}))
      result +=
          (result.empty() ? "" : ", ") + to_string(x.what) + " " + x.child;
    return result;
  }

  std::shared_ptr<std::vector<std::string>> log =
      std::make_shared<std::vector<std::string>>();
};

} // namespace troupe::test
