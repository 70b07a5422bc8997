// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/island.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"

#include "distance_table.hpp"
#include "local_search.hpp"
#include "random_stream.hpp"

namespace troupe {

namespace {

using population = std::vector<individual>;

/// The same order everywhere, whatever sorts.
void sort(population& x) {
  std::sort(x.begin(), x.end(), [](auto& a, auto& b) {
    return a.length != b.length ? a.length < b.length : a.cities < b.cities;
  });
}

bool has_length(const population& x, int64_t length) {
  return std::any_of(x.begin(), x.end(),
                     [=](auto& y) { return y.length == length; });
}

tour random_tour(size_t cities, random_stream& random) {
  tour result(cities);
  std::iota(result.begin(), result.end(), uint16_t{0});
  for (auto i = static_cast<uint32_t>(cities); i > 1; --i)
    std::swap(result[i - 1], result[random.below(i)]);
  return result;
}

/// Returns a random position after `first`.
uint32_t behind(uint32_t first, uint32_t end, random_stream& random) {
  return first + 1 + random.below(end - first - 1);
}

/// Keeps a part of one parent in place, and takes the rest in the order of the
/// other.
tour order_crossover(const tour& a, const tour& b, random_stream& random) {
  auto n = static_cast<uint32_t>(a.size());
  auto i = random.below(n);
  auto j = random.below(n);
  if (i > j)
    std::swap(i, j);
  std::vector<bool> kept(n);
  tour result(n);
  for (auto k = i; k <= j; ++k) {
    result[k] = a[k];
    kept[a[k]] = true;
  }
  auto to = (j + 1) % n;
  for (uint32_t k = 0; k < n; ++k) {
    auto city = b[(j + 1 + k) % n];
    if (kept[city])
      continue;
    result[to] = city;
    to = (to + 1) % n;
  }
  return result;
}

/// Lets two neighbouring parts change places, which no 2-opt or or-opt move
/// undoes at once.
void shake(tour& x, random_stream& random) {
  auto n = static_cast<uint32_t>(x.size());
  if (n < 5)
    return;
  auto first = random.below(n - 2);
  auto middle = behind(first, n - 1, random);
  auto last = behind(middle, n, random);
  auto at = [&](uint32_t i) { return x.begin() + static_cast<ptrdiff_t>(i); };
  std::rotate(at(first), at(middle), at(last) + 1);
}

const tour& select(const population& x, uint32_t rounds,
                   random_stream& random) {
  auto n = static_cast<uint32_t>(x.size());
  auto best = random.below(n);
  // They are sorted: the first one is the shortest.
  for (uint32_t i = 1; i < rounds; ++i)
    best = std::min(best, random.below(n));
  return x[best].cities;
}

population next_generation(const population& now, const evolution& how,
                           const distance_table& distances,
                           local_search& search, random_stream& random) {
  auto elite = std::min<size_t>(how.elite, now.size());
  population result(now.begin(), now.begin() + static_cast<ptrdiff_t>(elite));
  while (result.size() < now.size()) {
    individual child;
    auto& mother = select(now, how.tournament, random);
    auto& father = select(now, how.tournament, random);
    child.cities = order_crossover(mother, father, random);
    if (random.below(100) < how.shaken_percent)
      shake(child.cities, random);
    child.length = random.below(100) < how.improved_percent
                       ? search.improve(child.cities)
                       : distances.length(child.cities);
    if (has_length(result, child.length)) {
      shake(child.cities, random);
      child.length = distances.length(child.cities);
    }
    result.push_back(std::move(child));
  }
  sort(result);
  return result;
}

caf::error wrong(std::string text) {
  return caf::make_error(caf::sec::invalid_argument, std::move(text));
}

} // namespace

island settle(const tsp& problem, uint32_t individuals, uint64_t seed) {
  distance_table distances{problem.cities};
  random_stream random{seed};
  island result;
  for (uint32_t i = 0; i < individuals; ++i) {
    individual x{random_tour(distances.cities(), random), 0};
    x.length = distances.length(x.cities);
    result.population.push_back(std::move(x));
  }
  sort(result.population);
  result.random_state = random.state();
  return result;
}

island evolve(const tsp& problem, island x, uint32_t generations,
              const evolution& how) {
  distance_table distances{problem.cities};
  local_search search{distances};
  random_stream random{x.random_state};
  for (uint32_t i = 0; i < generations; ++i)
    x.population =
        next_generation(x.population, how, distances, search, random);
  x.random_state = random.state();
  return x;
}

void migrate(std::vector<island>& ring) {
  std::vector<individual> emigrants;
  for (auto& x : ring)
    emigrants.push_back(x.population.front());
  for (size_t i = 0; i < ring.size(); ++i) {
    auto& to = ring[(i + 1) % ring.size()].population;
    if (has_length(to, emigrants[i].length))
      continue;
    to.back() = std::move(emigrants[i]);
    sort(to);
  }
}

caf::error validate(const island_task& x) {
  auto cities = x.problem.cities.size();
  if (cities < min_cities || cities > max_cities)
    return wrong("the problem has " + std::to_string(cities)
                 + " cities, must be " + std::to_string(min_cities) + " to "
                 + std::to_string(max_cities));
  for (auto& place : x.problem.cities)
    if (!(std::abs(place.x) <= 1e8 && std::abs(place.y) <= 1e8))
      return wrong("a coordinate is not within -1e8 to 1e8");
  for (auto& y : x.from.population)
    if (!is_tour(y.cities, cities))
      return wrong("the population holds what is no tour of all cities");
  if (x.individuals < 2 || x.individuals > 1'000)
    return wrong("individuals is " + std::to_string(x.individuals)
                 + ", must be 2 to 1000");
  if (x.how.tournament < 1 || x.how.tournament > 1'000)
    return wrong("tournament is " + std::to_string(x.how.tournament)
                 + ", must be 1 to 1000");
  if (x.generations > 1'000'000)
    return wrong("generations is " + std::to_string(x.generations)
                 + ", must be 0 to 1000000");
  return caf::none;
}

caf::behavior island_worker(caf::event_based_actor*) {
  return {
      [](const island_task& x) -> caf::result<island> {
        if (auto problem = validate(x))
          return problem;
        auto from = x.from.population.empty()
                        ? settle(x.problem, x.individuals, x.from.random_state)
                        : x.from;
        return evolve(x.problem, std::move(from), x.generations, x.how);
      },
  };
}

} // namespace troupe
