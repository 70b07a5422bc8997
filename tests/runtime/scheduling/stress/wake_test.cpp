// SPDX-License-Identifier: Apache-2.0

// Messages that come while workers fall asleep. A lost wake-up hangs here; the
// test has a timeout.

#include <atomic>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/send.hpp"

#include "runtime/scheduling/stress/stress.hpp"
#include "troupe/scheduling/spawn.hpp"

namespace troupe::test {

namespace {

/// Between no pause and about the time after which workers sleep.
constexpr uint64_t longest_pause = 4'096;

/// Counts messages.
caf::behavior counter(caf::event_based_actor*, std::atomic<int>* count) {
  return {[count](int) {
    ++*count;
    count->notify_one();
  }};
}

caf::behavior relay(caf::event_based_actor* self, caf::actor next) {
  return {[=](int x) { self->send(next, x); }};
}

void wait_for(std::atomic<int>& count, int goal) {
  for (auto x = count.load(); x < goal; x = count.load())
    count.wait(x);
}

class StressWake : public testing::TestWithParam<worker_placement> {};

TEST_P(StressWake, SleepingWorkersMissNoMessageFromOutside) {
  auto random = std::mt19937_64{seed()};
  std::atomic<int> answered = 0;
  stress_config cfg{2, GetParam()};
  caf::actor_system sys{cfg};
  auto sink = troupe::spawn(sys, counter, &answered);
  auto middle = troupe::spawn(sys, relay, sink);
  for (int i = 1; i <= rounds(20'000); ++i) {
    idle_for(random() % longest_pause);
    caf::anon_send(middle, i);
    wait_for(answered, i);
  }
}

TEST_P(StressWake, SleepingWorkersMissNoneOfManyMessages) {
  auto random = std::mt19937_64{seed()};
  std::atomic<int> answered = 0;
  stress_config cfg{3, GetParam()};
  caf::actor_system sys{cfg};
  auto sink = troupe::spawn(sys, counter, &answered);
  std::vector<caf::actor> relays;
  for (int i = 0; i < 8; ++i)
    relays.push_back(troupe::spawn(sys, relay, sink));
  int sent = 0;
  for (int i = 0; i < rounds(5'000); ++i) {
    idle_for(random() % longest_pause);
    for (auto n = 1 + random() % relays.size(); n > 0; --n, ++sent)
      caf::anon_send(relays[n - 1], 1);
    wait_for(answered, sent);
  }
}

TEST_P(StressWake, ActorBehindABusyOneIsAlwaysTakenOver) {
  auto random = std::mt19937_64{seed()};
  std::atomic<int> answered = 0;
  stress_config cfg{2, GetParam()};
  caf::actor_system sys{cfg};
  auto sink = troupe::spawn(sys, counter, &answered);
  // Computes on until the other actor has run: only another worker can help.
  auto busy = troupe::spawn(sys, [&](caf::event_based_actor* self) {
    return caf::behavior{[&, self](int goal) {
      self->send(sink, goal);
      while (answered < goal)
        ; // nop
    }};
  });
  for (int i = 1; i <= rounds(2'000); ++i) {
    idle_for(random() % longest_pause);
    caf::anon_send(busy, i);
    wait_for(answered, i);
  }
}

INSTANTIATE_TEST_SUITE_P(Placements, StressWake,
                         testing::Values(worker_placement::pinned,
                                         worker_placement::floating),
                         [](auto& x) { return to_string(x.param); });

} // namespace

} // namespace troupe::test
