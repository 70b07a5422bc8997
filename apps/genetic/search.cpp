// SPDX-License-Identifier: Apache-2.0

#include "search.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/perform.hpp"

namespace genetic {

namespace {

using clock = std::chrono::steady_clock;

} // namespace

std::vector<troupe::island> found(size_t islands, uint64_t seed) {
  std::vector<troupe::island> result(islands);
  // Seeds far apart: streams of random numbers that begin one step from each
  // other would be the same ones a step later.
  for (size_t i = 0; i < islands; ++i)
    result[i].random_state =
        (seed + 1) * 0xd1342543de82ef95 + i * 0xaf251af3b0f025b5;
  return result;
}

milestone look_at(const std::vector<troupe::island>& islands,
                  uint32_t generation) {
  milestone result{.generation = generation, .shortest = INT64_MAX};
  size_t tours = 0;
  for (auto& island : islands)
    for (auto& x : island.population) {
      result.shortest = std::min(result.shortest, x.length);
      result.average += static_cast<double>(x.length);
      ++tours;
    }
  result.average /= static_cast<double>(std::max<size_t>(tours, 1));
  return result;
}

exit_code search(app::workshop& shop, const troupe::tsp& problem,
                 const options& opts, outcome& result) {
  auto start = clock::now();
  auto islands = found(opts.islands, opts.seed);
  // The first round only settles them.
  uint32_t generation = 0;
  for (auto step = uint32_t{0};;
       step = std::min(opts.epoch, opts.generations - generation)) {
    generation += step;
    auto make = [&](size_t i) {
      return caf::make_message(troupe::island_task{
          .problem = problem,
          .from = islands[i],
          .individuals = opts.individuals,
          .generations = step,
          .how = {.improved_percent = opts.improve},
      });
    };
    std::vector<troupe::island> evolved(islands.size());
    auto take = [&](size_t i, troupe::island x) { evolved[i] = std::move(x); };
    auto tell = [&](size_t) {
      shop.bar().show({.done = generation - step,
                       .total = opts.generations,
                       .elapsed = clock::now() - start});
    };
    auto code = app::perform<troupe::island>(shop,
                                             {.tasks = islands.size(),
                                              .make = make,
                                              .window = islands.size(),
                                              .how = app::making::prompt},
                                             take, tell);
    if (code != exit_code::ok)
      return code;
    islands = std::move(evolved);
    result.course.push_back(look_at(islands, generation));
    for (auto& x : islands)
      if (result.best.cities.empty()
          || x.population.front().length < result.best.length) {
        result.best = x.population.front();
        result.found_in = generation;
      }
    auto reached = opts.target && result.best.length <= *opts.target;
    if (reached || generation == opts.generations)
      break;
    troupe::migrate(islands);
  }
  shop.bar().clear();
  result.generations = generation;
  result.islands = std::move(islands);
  result.wall = clock::now() - start;
  return exit_code::ok;
}

} // namespace genetic
