// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "caf/timespan.hpp"

#include "troupe/actors/island.hpp"
#include "troupe/actors/tsp.hpp"

#include "common/workshop.hpp"
#include "options.hpp"

namespace genetic {

/// Where the search was after an epoch.
struct milestone {
  uint32_t generation = 0;
  int64_t shortest = 0;

  /// Mean of all tours of all islands.
  double average = 0;
};

/// What came of a search.
struct outcome {
  troupe::individual best;

  /// Generation at the end of the epoch in which it was found.
  uint32_t found_in = 0;

  uint32_t generations = 0;
  std::vector<milestone> course;
  std::vector<troupe::island> islands;
  caf::timespan wall{0};
};

/// Returns an island for each seed that follows from one, not settled yet.
std::vector<troupe::island> found(size_t islands, uint64_t seed);

/// Returns where islands are.
milestone look_at(const std::vector<troupe::island>& islands,
                  uint32_t generation);

/// Lets islands evolve on the workers, epoch by epoch.
/// @returns `ok`, or what to exit with after a line on standard error.
exit_code search(app::workshop& shop, const troupe::tsp& problem,
                 const options& opts, outcome& result);

} // namespace genetic
