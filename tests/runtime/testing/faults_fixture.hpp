// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <utility>
#include <vector>

#include "support/deterministic.hpp"
#include "troupe/scheduling/spawn.hpp"

#include "caf/actor_cast.hpp"
#include "caf/behavior.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/exit_reason.hpp"

namespace troupe::test {

using numbers = std::vector<int>;

/// Notes what it gets, and says how much that is.
inline caf::behavior collector(caf::event_based_actor*, numbers* out) {
  return {[=](int x) {
    out->push_back(x);
    return static_cast<int>(out->size());
  }};
}

/// One actor that gets numbers and may fail of them.
class faults_fixture : public deterministic {
protected:
  ~faults_fixture() override {
    end();
  }

  /// Starts an actor that gets the numbers from 1 to `n`, and lets it run.
  template <class F>
  void start(F f, int n) {
    actor_ = caf::actor_cast<caf::actor>(spawn(sys, std::move(f)));
    self()->monitor(actor_);
    send(n);
  }

  void send(int n) {
    for (int i = 1; i <= n; ++i)
      self()->send(actor_, i);
    run();
  }

  void end() {
    if (actor_)
      self()->send_exit(actor_, caf::exit_reason::user_shutdown);
    actor_ = nullptr;
    run();
  }

  numbers seen_;
  caf::actor actor_;
};

} // namespace troupe::test
