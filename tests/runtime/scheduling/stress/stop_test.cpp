// SPDX-License-Identifier: Apache-2.0

// Systems that stop at a random moment, with all kinds of things under way.
// None may hang (the test has a timeout), and nothing may be left.

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/after.hpp"
#include "caf/exit_reason.hpp"
#include "caf/send.hpp"

#include "runtime/scheduling/stress/stress.hpp"
#include "runtime/scheduling/stress/wanderer.hpp"
#include "support/actor_kind.hpp"

using namespace std::chrono_literals;

namespace troupe::test {

namespace {

constexpr auto a_day = std::chrono::minutes{24 * 60};

/// Sets timers short and long, and never ends by itself.
caf::behavior timekeeper(caf::event_based_actor* self, life_ptr here) {
  self->delayed_send(self, a_day, caf::ok_atom_v);
  self->delayed_send(self, 50us, caf::ok_atom_v);
  self->delayed_send(self, 1ms, caf::ok_atom_v);
  return {[self, here](caf::ok_atom) {
            static_cast<void>(here);
            self->delayed_send(self, 100us, caf::ok_atom_v);
          },
          caf::after(200us) >> [] {}};
}

/// Asks somebody who never answers, with and without timeout.
caf::behavior waiter(caf::event_based_actor* self, life_ptr here) {
  auto mute = troupe::spawn(self, [](caf::event_based_actor* me) {
    return caf::behavior{[me](int) { return me->make_response_promise(); }};
  });
  auto ask = [=](auto timeout) {
    auto open = std::make_shared<question>(here);
    self->request(mute, timeout, 1)
        .then([open](int) {}, [open](const caf::error&) { open->answered(); });
  };
  ask(caf::infinite);
  ask(100us);
  ask(a_day);
  return {[](int) {}};
}

/// Talks to itself for ever.
caf::behavior talker(caf::event_based_actor* self, life_ptr here) {
  self->send(self, 1);
  return {[self, here](int x) {
    static_cast<void>(here);
    self->send(self, x);
  }};
}

/// What a round had under way, for the message of a failure.
struct scene {
  size_t workers = 0;
  worker_placement placement = worker_placement::pinned;
  actor_kind kind = actor_kind::cell;
  bool wanderers = false;
  bool timekeepers = false;
  bool waiters = false;
  bool detached = false;
  bool handle_kept = false;
};

scene random_scene(std::mt19937_64& random) {
  auto coin = [&] { return random() % 2 == 0; };
  return {.workers = 1 + random() % 4,
          .placement =
              coin() ? worker_placement::pinned : worker_placement::floating,
          .kind = coin() ? actor_kind::stock : actor_kind::cell,
          .wanderers = coin(),
          .timekeepers = coin(),
          .waiters = coin(),
          .detached = random() % 4 == 0,
          .handle_kept = coin()};
}

std::ostream& operator<<(std::ostream& out, const scene& x) {
  return out << "workers " << x.workers << ", " << to_string(x.placement)
             << (x.kind == actor_kind::cell ? ", cells" : ", stock actors")
             << (x.wanderers ? ", wanderers" : "")
             << (x.timekeepers ? ", timers" : "")
             << (x.waiters ? ", requests" : "")
             << (x.detached ? ", detached" : "")
             << (x.handle_kept ? ", handles kept" : "");
}

void run_and_stop(const scene& x, std::mt19937_64& random, ledger& books) {
  std::vector<caf::actor> kept;
  std::vector<caf::actor> busy;
  stress_config cfg{x.workers, x.placement};
  caf::actor_system sys{cfg};
  sys.await_actors_before_shutdown(false);
  starter_of make{x.kind};
  auto start = [&](auto f, bool ends_by_itself) {
    auto here = std::make_shared<life>(books);
    auto detach = x.detached && random() % 2 == 0;
    auto handle = detach ? make.start<caf::detached>(sys, f, here)
                         : make.start(sys, f, here);
    // Its own thread runs for as long as a detached actor has something to do.
    if (detach && !ends_by_itself)
      busy.push_back(handle);
    if (x.handle_kept)
      kept.push_back(handle);
  };
  for (int i = 0; i < 4; ++i) {
    if (x.wanderers)
      send_energy(start_wanderer(sys, books, random(), wandering::come_and_go),
                  100'000);
    if (x.timekeepers)
      start(timekeeper, true);
    if (x.waiters)
      start(waiter, true);
    start(talker, false);
  }
  idle_for(random() % (random() % 8 == 0 ? 400'000 : 40'000));
  for (auto& y : busy)
    caf::anon_send_exit(y, caf::exit_reason::kill);
  // Handles go before the system does.
  busy.clear();
  kept.clear();
}

} // namespace

TEST(Stress, StopAtARandomMomentLeavesNobodyBehind) {
  auto random = std::mt19937_64{seed()};
  auto longest = std::chrono::steady_clock::duration::zero();
  for (int round = 0; round < rounds(10'000); ++round) {
    auto x = random_scene(random);
    ledger books;
    auto begin = std::chrono::steady_clock::now();
    run_and_stop(x, random, books);
    longest = std::max(longest, std::chrono::steady_clock::now() - begin);
    ASSERT_EQ(books.started, books.ended) << "round " << round << ": " << x;
    ASSERT_EQ(books.sent, books.handled + books.left_behind)
        << "round " << round << ": " << x;
    ASSERT_EQ(books.asked, books.answered + books.abandoned)
        << "round " << round << ": " << x;
  }
  std::cout << "longest round: " << longest / 1ms << " ms\n";
}

} // namespace troupe::test
