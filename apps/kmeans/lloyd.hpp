// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <vector>

#include "caf/timespan.hpp"

#include "troupe/actors/kmeans.hpp"
#include "troupe/buffer/frozen_buffer.hpp"

#include "common/workshop.hpp"
#include "options.hpp"

namespace kmeans {

/// Points whose sums are added up on their own, and then block by block, so
/// that workers do not change the result.
inline constexpr uint32_t block_points = 31'250;

/// What sums and messages have room for.
inline constexpr size_t max_centroid_numbers = 65'536;

/// What came of it.
struct outcome {
  std::vector<float> centroids;

  /// Points of each cluster.
  std::vector<uint64_t> sizes;

  /// Of each iteration.
  std::vector<double> inertia;

  bool converged = false;
  caf::timespan wall{0};
};

/// All points of a run.
struct point_set {
  uint32_t dims = 0;
  troupe::frozen_buffer<float> numbers;
};

/// Has the workers move centroids until they stay.
/// @returns `ok`, or what to exit with after a line on standard error.
exit_code lloyd(app::workshop& shop, const point_set& points,
                std::vector<float> seeds, uint32_t iterations, outcome& result);

/// Does the same on this thread.
/// @returns whether it was done, `false` after a signal.
bool lloyd_alone(app::workshop& shop, const point_set& points,
                 std::vector<float> seeds, uint32_t iterations,
                 outcome& result);

} // namespace kmeans
