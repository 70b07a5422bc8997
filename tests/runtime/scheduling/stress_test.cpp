// SPDX-License-Identifier: Apache-2.0

// Random steps under load; every count must balance. Meant for the thread
// sanitizer as well. TROUPE_STRESS=N does N times as much.

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/send.hpp"
#include "troupe/scheduling/scheduler.hpp"
#include "troupe/scheduling/spawn.hpp"

#ifdef __SANITIZE_THREAD__
// Debian's libcaf_core is not instrumented, so the sanitizer does not see what
// its atomics and locks order. Each line names where that shows:
extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return
      // Reference counts are atomics in the library: who releases last and
      // destroys an actor comes after all others.
      "race:caf::intrusive_ptr_release\n"
      "race:caf::local_actor::on_destroy\n"
      "race:caf::weak_intrusive_ptr\n"
      "race:caf::scheduled_actor::~scheduled_actor\n"
      // Memory of an actor is used again after the last release.
      "race:troupe::detail::cell_storage\n"
      "race:caf::group\n"
      // The printer is a blocking actor with its mailbox in the library.
      "race:caf::scoped_actor\n"
      "race:caf::blocking_actor\n"
      // The end of the system, ordered by the library's own waiting.
      "race:caf::actor_system::~actor_system\n"
      "race:caf::monitorable_actor::cleanup\n";
}
#endif

namespace {

// CAF's library is not instrumented: the thread sanitizer misses how a stock
// actor's mailbox hands messages over, so there are only cells then.
#ifdef __SANITIZE_THREAD__
constexpr bool stock_actors_too = false;
constexpr int slowdown = 10;
#else
constexpr bool stock_actors_too = true;
constexpr int slowdown = 1;
#endif

int factor() {
  auto text = std::getenv("TROUPE_STRESS");
  return text != nullptr ? std::max(1, std::atoi(text)) : 1;
}

uint64_t seed() {
  auto text = std::getenv("TROUPE_SEED");
  auto result = text != nullptr ? std::strtoull(text, nullptr, 10)
                                : std::random_device{}();
  std::cout << "TROUPE_SEED=" << result << "\n";
  return result;
}

struct config : caf::actor_system_config {
  explicit config(size_t workers) {
    load<troupe::scheduler>();
    troupe::write_scheduler_options(*this, {.workers = workers});
  }
};

/// What all actors of a run count.
struct ledger {
  std::atomic<uint64_t> started = 0;
  std::atomic<uint64_t> ended = 0;
  std::atomic<uint64_t> sent = 0;
  std::atomic<uint64_t> handled = 0;
  std::atomic<uint64_t> asked = 0;
  std::atomic<uint64_t> answered = 0;
};

/// Counts an actor from its start to its end.
struct presence {
  explicit presence(ledger& x) : books(x) {
    ++books.started;
  }

  ~presence() {
    ++books.ended;
  }

  ledger& books;
};

/// Actors hold their children, and the last handle to one destroys it: a long
/// chain would be taken down by deep recursion.
constexpr int max_depth = 6;

/// Spends `energy` on random steps: send to a peer, ask one, start a child.
/// Energy is handed on with each message and ends somewhere, so every run ends.
caf::behavior wanderer(caf::event_based_actor* self, ledger* books,
                       uint64_t random, int depth) {
  auto here = std::make_shared<presence>(*books);
  auto rng = std::make_shared<std::minstd_rand>(random);
  auto peers = std::make_shared<std::vector<caf::actor>>();
  self->set_default_handler(caf::drop);
  auto step = [=](int energy) {
    if (energy <= 0)
      return;
    auto dice = (*rng)() % 100;
    if (depth == max_depth) {
      ++books->sent;
      self->send(self, energy - 1);
    } else if (peers->empty() || dice < 10) {
      ++books->sent;
      auto next = (*rng)();
      auto child = dice % 2 == 0 || !stock_actors_too
                       ? troupe::spawn(self, wanderer, books, next, depth + 1)
                       : self->spawn(wanderer, books, next, depth + 1);
      if (peers->size() < 3)
        peers->push_back(child);
      self->send(child, energy - 1);
    } else if (dice < 70) {
      ++books->sent;
      self->send((*peers)[(*rng)() % peers->size()], energy - 1);
    } else {
      ++books->asked;
      auto done = [=] { ++books->answered; };
      self->request((*peers)[(*rng)() % peers->size()], caf::infinite, "ask",
                    energy - 1)
          .then([=](int) { done(); }, [=](const caf::error&) { done(); });
    }
  };
  return {[=](int energy) {
            static_cast<void>(here);
            ++books->handled;
            step(energy);
          },
          [=](const std::string&, int energy) {
            step(energy);
            return energy;
          },
          [=](caf::update_atom) { self->quit(); }};
}

TEST(SchedulingStress, EveryMessageIsHandledAndEveryRequestAnswered) {
  auto rng = std::mt19937_64{seed()};
  for (int round = 0; round < 4 * factor(); ++round) {
    ledger books;
    {
      config cfg{1 + rng() % 4};
      caf::actor_system sys{cfg};
      for (int i = 0; i < 64; ++i) {
        auto x = troupe::spawn(sys, wanderer, &books,
                               static_cast<uint64_t>(rng()), 0);
        ++books.sent;
        caf::anon_send(x, 1000 / slowdown);
      }
      // Actors end when nobody holds them any more.
    }
    EXPECT_EQ(books.started, books.ended);
    EXPECT_EQ(books.sent, books.handled);
    EXPECT_EQ(books.asked, books.answered);
    EXPECT_GT(books.handled + books.answered, 20'000u / slowdown);
  }
}

TEST(SchedulingStress, SleepingWorkersMissNoMessageFromOutside) {
  auto rng = std::mt19937_64{seed()};
  config cfg{2};
  caf::actor_system sys{cfg};
  // The observer is a cell as well: what the sanitizer sees is ours alone.
  std::atomic<int> answered = -1;
  auto sink = troupe::spawn(sys, [&answered](caf::event_based_actor*) {
    return caf::behavior{[&answered](int x) {
      answered = x;
      answered.notify_one();
    }};
  });
  auto relay = troupe::spawn(sys, [sink](caf::event_based_actor* self) {
    return caf::behavior{[=](int x) { self->send(sink, x); }};
  });
  for (int i = 0; i < 20'000 * factor() / slowdown; ++i) {
    // Between no pause and about the time after which workers sleep.
    for (auto n = rng() % 4096; n > 0; --n)
      std::atomic_signal_fence(std::memory_order_seq_cst);
    caf::anon_send(relay, i);
    answered.wait(i - 1); // a lost wake-up hangs here
    ASSERT_EQ(answered, i);
  }
  caf::anon_send_exit(relay, caf::exit_reason::kill);
  caf::anon_send_exit(sink, caf::exit_reason::kill);
}

TEST(SchedulingStress, StopAtARandomMomentLeavesNobodyBehind) {
  auto rng = std::mt19937_64{seed()};
  for (int round = 0; round < 500 * factor() / slowdown; ++round) {
    ledger books;
    {
      config cfg{1 + rng() % 3};
      caf::actor_system sys{cfg};
      sys.await_actors_before_shutdown(false);
      for (int i = 0; i < 8; ++i)
        caf::anon_send(troupe::spawn(sys, wanderer, &books,
                                     static_cast<uint64_t>(rng()), 0),
                       100'000);
      for (auto n = rng() % 200'000; n > 0; --n)
        std::atomic_signal_fence(std::memory_order_seq_cst);
    }
    ASSERT_EQ(books.started, books.ended) << "round " << round;
  }
}

} // namespace
