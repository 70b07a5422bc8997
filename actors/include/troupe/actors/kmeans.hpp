// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "caf/behavior.hpp"
#include "caf/fwd.hpp"
#include "caf/meta/type_name.hpp"

#include "troupe/actors/type_ids.hpp"

// K-means clustering after Lloyd (1982). Points and centroids are rows of
// `dims` numbers, one after another.

namespace troupe {

/// What the points of a part add to the next centroids.
struct cluster_sums {
  /// Of the points nearest to each centroid: `dims` numbers for each.
  std::vector<double> sums;

  /// Points nearest to each centroid.
  std::vector<uint64_t> counts;

  /// Squared distances of all points to their centroids, summed.
  double inertia = 0;
};

/// Finds the nearest centroid of each point, the first one of several at the
/// same distance, and adds up the points in their order. What comes of it is
/// the same, bit for bit, on any processor.
/// @param labels Gets the number of the centroid for each point, unless it is
///               empty.
/// @pre all numbers are finite, `dims > 0`, there is a centroid
cluster_sums assign_points(std::span<const float> points, uint32_t dims,
                           std::span<const float> centroids,
                           std::span<uint32_t> labels = {});

/// Does the same with three plain loops, to verify `assign_points`.
cluster_sums assign_points_plainly(std::span<const float> points, uint32_t dims,
                                   std::span<const float> centroids,
                                   std::span<uint32_t> labels = {});

/// Adds what further points bring. The order matters for the last bit.
void add(cluster_sums& to, const cluster_sums& x);

/// Returns the means; a cluster without points keeps its centroid.
std::vector<float> next_centroids(const cluster_sums& x,
                                  std::span<const float> centroids);

/// Picks points as first centroids (k-means++, Arthur and Vassilvitskii, 2007):
/// each with a chance that grows with its squared distance to those before it.
/// @pre there is a point, `clusters > 0`
std::vector<float> seed_centroids(std::span<const float> points, uint32_t dims,
                                  uint32_t clusters, uint64_t seed);

/// Returns points around `clusters` random places, the same ones for the same
/// seed.
std::vector<float> make_blobs(size_t points, uint32_t dims, uint32_t clusters,
                              uint64_t seed);

/// Some of the points in a buffer.
struct point_range {
  uint64_t first = 0;
  uint64_t count = 0;
  uint32_t dims = 0;

  /// Points that are added up on their own.
  uint32_t block = 0;
};

/// Returns the numbers that `pack` makes of the sums of one block.
constexpr size_t packed_size(size_t clusters, uint32_t dims) noexcept {
  return clusters * dims + clusters + 1;
}

/// Writes sums, counts and inertia one after another. A count is exact as a
/// double up to 2^53.
/// @pre `to` has the right size
void pack(const cluster_sums& x, std::span<double> to);

/// Reads what `pack` wrote.
/// @pre `from` has the right size
cluster_sums unpack(std::span<const double> from, size_t clusters,
                    uint32_t dims);

/// Assigns points for others.
///
/// | accepts                        | replies                                |
/// |--------------------------------|----------------------------------------|
/// | `frozen_buffer<float>` points, | `owned_buffer<double>` with the packed |
/// | `point_range`,                 | sums of each block, in order, or       |
/// | `frozen_buffer<float>`         | `sec::invalid_argument`                |
/// | centroids                      |                                        |
///
/// Holds on to the latest points, so that the memory of another process is
/// mapped once.
caf::behavior kmeans_worker(caf::event_based_actor* self);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, point_range& x) {
  return f(caf::meta::type_name("troupe::point_range"), x.first, x.count,
           x.dims, x.block);
}

} // namespace troupe
