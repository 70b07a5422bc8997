// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "caf/behavior.hpp"
#include "caf/error.hpp"
#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"

#include "troupe/actors/tsp.hpp"
#include "troupe/actors/type_ids.hpp"

namespace troupe {

/// A tour of a population.
struct individual {
  tour cities;
  int64_t length = 0;
};

/// A population that evolves on its own: a value, together with the state of
/// its random numbers, so that what comes of it depends on nothing else.
struct island {
  /// By length, the shortest first.
  std::vector<individual> population;

  uint64_t random_state = 0;
};

/// How a population evolves.
struct evolution {
  /// Tours that go on unchanged, the shortest ones.
  uint32_t elite = 2;

  /// The shortest of so many random tours is a parent.
  uint32_t tournament = 3;

  /// How often a child is shaken: two neighbouring parts change places (a
  /// double bridge).
  uint32_t shaken_percent = 30;

  /// How often a child is improved by local search until that finds no more.
  uint32_t improved_percent = 10;
};

/// What an island does next.
struct island_task {
  tsp problem;
  island from;

  /// Individuals that settle if the population is empty, 2 to 1,000.
  uint32_t individuals = 32;

  /// 0 to 1,000,000.
  uint32_t generations = 0;

  evolution how;
};

/// Returns a population of random tours.
/// @pre `individuals > 0`
island settle(const tsp& problem, uint32_t individuals, uint64_t seed);

/// Lets a population evolve for so many generations: parents by tournament,
/// order crossover (Davis, 1985), shaking and local search (2-opt and or-opt)
/// as mutations, and elitism. A tour as long as one that is there already is
/// shaken once more, so that the population stays diverse.
/// @pre `!x.population.empty()`
island evolve(const tsp& problem, island x, uint32_t generations,
              const evolution& how = {});

/// Lets the shortest tour of each island take the place of the longest one of
/// the next island in a ring, unless that has a tour of the same length.
void migrate(std::vector<island>& ring);

/// Returns what is wrong with a task, `sec::invalid_argument` with one line.
caf::error validate(const island_task& x);

/// Evolves populations.
///
/// | accepts       | replies                                                 |
/// |---------------|---------------------------------------------------------|
/// | `island_task` | `island`, or `sec::invalid_argument`; a population that |
/// |               | is empty is settled first                               |
///
/// Keeps nothing between two tasks: a task may be done again, or anywhere else,
/// with the same outcome.
caf::behavior island_worker(caf::event_based_actor* self);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, individual& x) {
  return f(caf::meta::type_name("troupe::individual"), x.cities, x.length);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, island& x) {
  return f(caf::meta::type_name("troupe::island"), x.population,
           x.random_state);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, evolution& x) {
  return f(caf::meta::type_name("troupe::evolution"), x.elite, x.tournament,
           x.shaken_percent, x.improved_percent);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, island_task& x) {
  return f(caf::meta::type_name("troupe::island_task"), x.problem, x.from,
           x.individuals, x.generations, x.how);
}

} // namespace troupe
