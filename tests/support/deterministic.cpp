// SPDX-License-Identifier: Apache-2.0

#include "support/deterministic.hpp"

#include <algorithm>

#include "caf/actor_registry.hpp"
#include "caf/atom.hpp"

namespace troupe::test {

namespace {

config& on_test_scheduler(config& x, const std::function<void(config&)>& f) {
  x.set("scheduler.policy", caf::atom("testing"));
  f(x);
  return x;
}

} // namespace

deterministic::deterministic(const configure& f)
    : sys(on_test_scheduler(config_, f)) {
  // nop
}

deterministic::~deterministic() {
  self_.reset();
  run();
  auto leaked = sys.registry().running();
  if (leaked == 0)
    return;
  ADD_FAILURE() << leaked << " actor(s) still run at the end of the test";
  // A failed test must end nevertheless: the system would wait for the actors,
  // and their timers could keep its scheduler busy for ever.
  scheduler().clock().cancel_all();
  sys.await_actors_before_shutdown(false);
}

void deterministic::run() {
  scheduler().run();
}

void deterministic::advance(caf::timespan x) {
  auto& clock = scheduler().clock();
  auto end = clock.now() + x;
  run();
  while (!clock.schedule().empty()) {
    auto due = clock.schedule().begin()->first;
    if (due > end)
      break;
    clock.advance_time(std::max(due - clock.now(), caf::timespan{0}));
    run();
  }
  clock.advance_time(end - clock.now());
  run();
}

caf::scheduler::test_coordinator& deterministic::scheduler() {
  return dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler());
}

} // namespace troupe::test
