// SPDX-License-Identifier: Apache-2.0

// Random steps of many actors; in the end every count must balance.

#include <iostream>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"

#include "runtime/scheduling/stress/stress.hpp"
#include "runtime/scheduling/stress/wanderer.hpp"

namespace troupe::test {

namespace {

/// Runs until all energy is spent and all actors have ended.
void run_to_the_end(std::mt19937_64& random, ledger& books, wandering how,
                    size_t actors, int messages, int energy) {
  auto placement =
      random() % 2 == 0 ? worker_placement::pinned : worker_placement::floating;
  stress_config cfg{1 + random() % 4, placement};
  caf::actor_system sys{cfg};
  std::vector<wanderer> xs;
  while (xs.size() < actors)
    xs.push_back(start_wanderer(sys, books, random(), how));
  for (int i = 0; i < messages; ++i) {
    // Who ended is replaced: what is sent to it goes nowhere.
    auto& x = xs[random() % xs.size()];
    if (x.record->over)
      x = start_wanderer(sys, books, random(), how);
    send_energy(x, energy);
  }
  // Actors end when nobody holds them any more.
}

void expect_balance(const ledger& books) {
  EXPECT_EQ(books.started, books.ended);
  EXPECT_EQ(books.sent, books.handled + books.left_behind);
  EXPECT_EQ(books.lost, 0u);
  EXPECT_EQ(books.asked, books.answered + books.abandoned);
  EXPECT_EQ(books.forgotten, 0u);
}

} // namespace

TEST(Stress, EveryMessageIsHandledAndEveryRequestAnswered) {
  auto random = std::mt19937_64{seed()};
  for (int round = 0; round < rounds(8); ++round) {
    ledger books;
    run_to_the_end(random, books, wandering::stay, 64, 64, 2'000);
    expect_balance(books);
    EXPECT_EQ(books.left_behind, 0u);
    EXPECT_EQ(books.abandoned, 0u);
    // 64 messages with energy for 2,000 steps each.
    EXPECT_EQ(books.sent + books.asked, 64u * 2'001u);
    if (HasFailure())
      return;
  }
}

TEST(Stress, NothingIsLostWhereActorsComeAndGo) {
  auto random = std::mt19937_64{seed()};
  uint64_t steps = 0;
  for (int round = 0; round < rounds(40); ++round) {
    ledger books;
    run_to_the_end(random, books, wandering::come_and_go, 64, 3'000, 200);
    expect_balance(books);
    EXPECT_GT(books.left_behind, 0u);
    EXPECT_GT(books.abandoned, 0u);
    steps += books.handled + books.answered + books.started;
    if (HasFailure())
      return;
  }
  std::cout << steps << " messages, requests and actors\n";
}

} // namespace troupe::test
