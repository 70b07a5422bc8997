// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <benchmark/benchmark.h>

#include "troupe/actors/kmeans.hpp"

namespace troupe {

namespace {

constexpr size_t points = 100'000;
constexpr uint32_t dims = 16;
constexpr uint32_t clusters = 32;

/// One iteration of k-means as people write it with OpenMP.
double with_openmp(const std::vector<float>& xs,
                   const std::vector<float>& centroids) {
  std::vector<double> sums(clusters * dims);
  std::vector<uint64_t> counts(clusters);
  auto* sum = sums.data();
  auto* count = counts.data();
  double inertia = 0;
#pragma omp parallel for reduction(+ : inertia)                                \
    reduction(+ : sum[ : clusters * dims]) reduction(+ : count[ : clusters])
  for (size_t i = 0; i < points; ++i) {
    auto* x = xs.data() + i * dims;
    auto best = std::numeric_limits<float>::infinity();
    uint32_t label = 0;
    for (uint32_t c = 0; c < clusters; ++c) {
      auto* centroid = centroids.data() + c * dims;
      float distance = 0;
#pragma omp simd reduction(+ : distance)
      for (uint32_t j = 0; j < dims; ++j) {
        auto difference = x[j] - centroid[j];
        distance += difference * difference;
      }
      if (distance < best) {
        best = distance;
        label = c;
      }
    }
    for (uint32_t j = 0; j < dims; ++j)
      sum[label * dims + j] += x[j];
    ++count[label];
    inertia += best;
  }
  return inertia;
}

/// One iteration on one thread; one item is one point.
template <class F>
void iteration(benchmark::State& state, F f) {
  auto xs = make_blobs(points, dims, clusters, 1);
  auto centroids =
      seed_centroids({xs.data(), 10'000 * dims}, dims, clusters, 1);
  for (auto _ : state)
    benchmark::DoNotOptimize(f(xs, centroids));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(points));
}

void kmeans_kernel(benchmark::State& state) {
  iteration(state, [](auto& xs, auto& centroids) {
    return assign_points(xs, dims, centroids).inertia;
  });
}

/// Set OMP_NUM_THREADS=1.
void kmeans_openmp(benchmark::State& state) {
  iteration(state, with_openmp);
}

} // namespace

BENCHMARK(kmeans_kernel)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(kmeans_openmp)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace troupe
