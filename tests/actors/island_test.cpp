// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/island.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "caf/none.hpp"
#include "troupe/base/errc.hpp"

namespace troupe {

namespace {

tsp berlin() {
  return *parse_tsplib(berlin52());
}

/// Cities on a grid with gaps, different for each seed.
tsp small_problem(uint64_t seed, size_t cities) {
  tsp result;
  for (size_t i = 0; i < cities; ++i) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    result.cities.push_back({static_cast<double>(seed >> 40 & 1023),
                             static_cast<double>(seed >> 50 & 1023)});
  }
  return result;
}

void expect_sound(const tsp& problem, const island& x) {
  for (auto& y : x.population) {
    EXPECT_TRUE(is_tour(y.cities, problem.cities.size()));
    EXPECT_EQ(y.length, tour_length(problem, y.cities));
  }
  EXPECT_TRUE(
      std::is_sorted(x.population.begin(), x.population.end(),
                     [](auto& a, auto& b) { return a.length < b.length; }));
}

bool same(const island& a, const island& b) {
  return a.random_state == b.random_state
         && std::equal(a.population.begin(), a.population.end(),
                       b.population.begin(), b.population.end(),
                       [](auto& x, auto& y) {
                         return x.length == y.length && x.cities == y.cities;
                       });
}

} // namespace

TEST(Island, SettlesWithTours) {
  auto problem = berlin();
  auto x = settle(problem, 20, 1);
  EXPECT_EQ(x.population.size(), 20u);
  expect_sound(problem, x);
}

TEST(Island, FindsShortestToursOfSmallProblems) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    auto problem = small_problem(seed, 3 + seed % 8);
    auto x = evolve(problem, settle(problem, 8, seed), 20);
    expect_sound(problem, x);
    EXPECT_EQ(x.population.front().length,
              tour_length(problem, shortest_tour(problem)))
        << "seed " << seed;
  }
}

TEST(Island, NeverLosesItsBest) {
  auto problem = small_problem(3, 40);
  auto x = settle(problem, 6, 1);
  for (int i = 0; i < 20; ++i) {
    auto before = x.population.front().length;
    x = evolve(problem, std::move(x), 1);
    EXPECT_LE(x.population.front().length, before);
  }
  expect_sound(problem, x);
}

TEST(Island, DependsOnItsSeedOnly) {
  auto problem = berlin();
  auto once = evolve(problem, settle(problem, 10, 7), 10);
  EXPECT_TRUE(same(once, evolve(problem, settle(problem, 10, 7), 10)));
  EXPECT_FALSE(same(once, evolve(problem, settle(problem, 10, 8), 10)));
}

TEST(Island, MayBeInterruptedAfterAnyGeneration) {
  auto problem = berlin();
  auto x = settle(problem, 10, 7);
  auto at_once = evolve(problem, x, 5);
  for (int i = 0; i < 5; ++i)
    x = evolve(problem, std::move(x), 1);
  EXPECT_TRUE(same(x, at_once));
}

TEST(Island, TakesCitiesInOnePlace) {
  tsp problem;
  problem.cities.assign(30, {5, 5});
  auto x = evolve(problem, settle(problem, 5, 1), 5);
  expect_sound(problem, x);
  EXPECT_EQ(x.population.front().length, 0);
}

TEST(Islands, PassOnTheirBestInARing) {
  auto problem = berlin();
  std::vector<island> ring;
  for (uint64_t i = 0; i < 3; ++i)
    ring.push_back(evolve(problem, settle(problem, 6, i), 2 * i));
  auto before = ring;
  migrate(ring);
  for (size_t i = 0; i < ring.size(); ++i) {
    auto& to = ring[(i + 1) % 3].population;
    auto emigrant = before[i].population.front().length;
    EXPECT_EQ(to.size(), 6u);
    EXPECT_TRUE(std::any_of(to.begin(), to.end(),
                            [&](auto& x) { return x.length == emigrant; }));
    expect_sound(problem, ring[i]);
  }
}

TEST(IslandTask, IsCheckedBeforeItIsDone) {
  auto problem = berlin();
  island_task good{problem, settle(problem, 4, 1), 4, 1, {}};
  EXPECT_EQ(validate(good), caf::none);
  auto x = good;
  x.problem.cities.resize(2);
  EXPECT_EQ(describe(validate(x)),
            "the problem has 2 cities, must be 3 to 2000");
  x = good;
  x.from.population[1].cities[0] = 60'000;
  EXPECT_EQ(describe(validate(x)),
            "the population holds what is no tour of all cities");
  x = good;
  x.individuals = 0;
  EXPECT_EQ(describe(validate(x)), "individuals is 0, must be 2 to 1000");
}

} // namespace troupe
