// SPDX-License-Identifier: Apache-2.0

// Compiled without contraction to fused operations, so that all processors
// round alike.

#include <algorithm>
#include <limits>

#include "clones.hpp"
#include "troupe/actors/kmeans.hpp"

namespace troupe {

namespace {

/// Points that are looked at together, one in each lane.
constexpr size_t lanes = 16;

using floats [[gnu::vector_size(lanes * sizeof(float))]] = float;
using labels_of [[gnu::vector_size(lanes * sizeof(int32_t))]] = int32_t;

/// One number of each point. Without the attribute it is aligned for the
/// oldest processor, which is too little for others.
struct alignas(64) column {
  floats x;
};

/// Nearest centroid of each point, and the squared distance to it.
struct alignas(64) nearest {
  floats distances;
  labels_of labels;
};

/// Finds the nearest centroids of `lanes` points.
/// @param columns The first number of all points, then the second, and so on.
TROUPE_CLONES void find_nearest(const column* columns, uint32_t dims,
                                const float* centroids, int32_t clusters,
                                nearest& result) {
  auto best = floats{} + std::numeric_limits<float>::infinity();
  labels_of labels = {};
  int32_t c = 0;
  // Two at a time: their sums do not wait for each other.
  for (; c + 1 < clusters; c += 2) {
    auto* a = centroids + static_cast<size_t>(c) * dims;
    auto* b = a + dims;
    floats to_a = {};
    floats to_b = {};
    for (uint32_t j = 0; j < dims; ++j) {
      auto x = columns[j].x - a[j];
      auto y = columns[j].x - b[j];
      to_a += x * x;
      to_b += y * y;
    }
    auto closer = to_a < best;
    best = closer ? to_a : best;
    labels = closer ? labels_of{} + c : labels;
    closer = to_b < best;
    best = closer ? to_b : best;
    labels = closer ? labels_of{} + (c + 1) : labels;
  }
  if (c < clusters) {
    auto* a = centroids + static_cast<size_t>(c) * dims;
    floats to_a = {};
    for (uint32_t j = 0; j < dims; ++j) {
      auto x = columns[j].x - a[j];
      to_a += x * x;
    }
    auto closer = to_a < best;
    best = closer ? to_a : best;
    labels = closer ? labels_of{} + c : labels;
  }
  result.distances = best;
  result.labels = labels;
}

TROUPE_CLONES void add_point(const float* point, uint32_t dims, double* sums) {
  for (uint32_t j = 0; j < dims; ++j)
    sums[j] += point[j];
}

cluster_sums no_sums(uint32_t dims, std::span<const float> centroids) {
  return {.sums = std::vector<double>(centroids.size()),
          .counts = std::vector<uint64_t>(centroids.size() / dims)};
}

} // namespace

cluster_sums assign_points(std::span<const float> points, uint32_t dims,
                           std::span<const float> centroids,
                           std::span<uint32_t> labels) {
  auto result = no_sums(dims, centroids);
  auto count = points.size() / dims;
  auto clusters = static_cast<int32_t>(centroids.size() / dims);
  std::vector<column> columns(dims);
  for (size_t first = 0; first < count; first += lanes) {
    auto here = std::min(lanes, count - first);
    auto* rows = points.data() + first * dims;
    for (size_t i = 0; i < here; ++i)
      for (uint32_t j = 0; j < dims; ++j)
        columns[j].x[i] = rows[i * dims + j];
    nearest found;
    find_nearest(columns.data(), dims, centroids.data(), clusters, found);
    for (size_t i = 0; i < here; ++i) {
      auto label = static_cast<size_t>(found.labels[i]);
      add_point(rows + i * dims, dims, result.sums.data() + label * dims);
      ++result.counts[label];
      result.inertia += found.distances[i];
      if (!labels.empty())
        labels[first + i] = static_cast<uint32_t>(label);
    }
  }
  return result;
}

cluster_sums assign_points_plainly(std::span<const float> points, uint32_t dims,
                                   std::span<const float> centroids,
                                   std::span<uint32_t> labels) {
  auto result = no_sums(dims, centroids);
  for (size_t i = 0; i < points.size() / dims; ++i) {
    auto point = points.subspan(i * dims, dims);
    auto best = std::numeric_limits<float>::infinity();
    size_t label = 0;
    for (size_t c = 0; c < centroids.size() / dims; ++c) {
      float distance = 0;
      for (uint32_t j = 0; j < dims; ++j) {
        auto x = point[j] - centroids[c * dims + j];
        distance += x * x;
      }
      if (distance < best) {
        best = distance;
        label = c;
      }
    }
    for (uint32_t j = 0; j < dims; ++j)
      result.sums[label * dims + j] += point[j];
    ++result.counts[label];
    result.inertia += best;
    if (!labels.empty())
      labels[i] = static_cast<uint32_t>(label);
  }
  return result;
}

} // namespace troupe
