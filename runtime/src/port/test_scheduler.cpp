// SPDX-License-Identifier: Apache-2.0

#include "port/test_scheduler.hpp"

#include <algorithm>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/atom.hpp"
#include "caf/local_actor.hpp"
#include "caf/scheduler/test_coordinator.hpp"

namespace troupe {

void test_scheduler::select(caf::actor_system_config& cfg) {
  cfg.set("scheduler.policy", caf::atom("testing"));
}

test_scheduler::test_scheduler(caf::actor_system& sys)
    : impl_(&dynamic_cast<caf::scheduler::test_coordinator&>(sys.scheduler())) {
  // nop
}

size_t test_scheduler::size() const noexcept {
  return impl_->jobs.size();
}

caf::local_actor* test_scheduler::at(size_t i) const {
  return dynamic_cast<caf::local_actor*>(impl_->jobs[i]);
}

void test_scheduler::run(size_t i) {
  auto first = impl_->jobs.begin();
  auto chosen = first + static_cast<std::ptrdiff_t>(i);
  std::rotate(first, chosen, chosen + 1);
  impl_->run_once();
}

test_scheduler::time_point test_scheduler::now() const noexcept {
  return impl_->clock().now();
}

std::optional<test_scheduler::time_point> test_scheduler::next_timeout() const {
  auto& schedule = impl_->clock().schedule();
  if (schedule.empty())
    return std::nullopt;
  return schedule.begin()->first;
}

// One by one, and not with `advance_time`: who gets a message in the sender's
// thread may change the schedule.
void test_scheduler::advance_to(time_point t) {
  auto& clock = impl_->clock();
  clock.current_time = std::max(clock.current_time, t);
  for (auto due = next_timeout(); due && *due <= t; due = next_timeout())
    clock.trigger_timeout();
}

void test_scheduler::forget_timeouts() {
  impl_->clock().cancel_all();
}

} // namespace troupe
