// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "caf/event_based_actor.hpp"
#include "caf/result.hpp"
#include "caf/sec.hpp"

#include "troupe/base/type_ids.hpp"
#include "troupe/buffer/frozen_buffer.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/buffer/owned_buffer.hpp"

#include "random_stream.hpp"

namespace troupe {

namespace {

double squared_distance(const float* a, const float* b, uint32_t dims) {
  double result = 0;
  for (uint32_t j = 0; j < dims; ++j) {
    auto x = double{a[j]} - double{b[j]};
    result += x * x;
  }
  return result;
}

/// Returns the first position at which the sum of the weights so far is more
/// than `sum`, the last one with a weight otherwise.
size_t position_of(double sum, const std::vector<double>& weights) {
  size_t result = 0;
  double so_far = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0)
      continue;
    result = i;
    so_far += weights[i];
    if (so_far > sum)
      break;
  }
  return result;
}

caf::error check(std::span<const float> points, const point_range& x,
                 std::span<const float> centroids) {
  auto wrong = [](std::string text) {
    return caf::make_error(caf::sec::invalid_argument, std::move(text));
  };
  if (x.dims == 0)
    return wrong("dims is 0, must be at least 1");
  if (x.block == 0)
    return wrong("block is 0, must be at least 1");
  if (centroids.empty() || centroids.size() % x.dims != 0
      || centroids.size() / x.dims > INT32_MAX)
    return wrong(std::to_string(centroids.size())
                 + " numbers are no centroids of " + std::to_string(x.dims)
                 + " dimensions");
  auto count = points.size() / x.dims;
  if (points.size() % x.dims != 0 || x.first > count
      || x.count > count - x.first)
    return wrong(std::to_string(points.size()) + " numbers do not hold "
                 + std::to_string(x.count) + " points of "
                 + std::to_string(x.dims) + " dimensions from "
                 + std::to_string(x.first) + " on");
  return caf::none;
}

caf::result<owned_buffer<double>>
assign_range(caf::actor_system& sys, std::span<const float> points,
             const point_range& x, std::span<const float> centroids) {
  auto clusters = centroids.size() / x.dims;
  auto size = packed_size(clusters, x.dims);
  auto blocks = (x.count + x.block - 1) / x.block;
  auto result = make_buffer<double>(sys, blocks * size);
  if (!result)
    return std::move(result.error());
  auto to = result->span();
  for (uint64_t done = 0; done < x.count; done += x.block) {
    auto count = std::min<uint64_t>(x.block, x.count - done);
    auto part = points.subspan((x.first + done) * x.dims, count * x.dims);
    pack(assign_points(part, x.dims, centroids), to.first(size));
    to = to.subspan(size);
  }
  return std::move(*result);
}

} // namespace

void pack(const cluster_sums& x, std::span<double> to) {
  auto at = std::copy(x.sums.begin(), x.sums.end(), to.begin());
  for (auto count : x.counts)
    *at++ = static_cast<double>(count);
  *at = x.inertia;
}

cluster_sums unpack(std::span<const double> from, size_t clusters,
                    uint32_t dims) {
  auto sums = from.first(clusters * dims);
  auto counts = from.subspan(clusters * dims, clusters);
  return {.sums = {sums.begin(), sums.end()},
          .counts = {counts.begin(), counts.end()},
          .inertia = from.back()};
}

void add(cluster_sums& to, const cluster_sums& x) {
  if (to.counts.empty()) {
    to = x;
    return;
  }
  for (size_t i = 0; i < to.sums.size(); ++i)
    to.sums[i] += x.sums[i];
  for (size_t i = 0; i < to.counts.size(); ++i)
    to.counts[i] += x.counts[i];
  to.inertia += x.inertia;
}

std::vector<float> next_centroids(const cluster_sums& x,
                                  std::span<const float> centroids) {
  std::vector<float> result(centroids.begin(), centroids.end());
  auto dims = x.sums.size() / x.counts.size();
  for (size_t c = 0; c < x.counts.size(); ++c) {
    if (x.counts[c] == 0)
      continue;
    for (size_t j = 0; j < dims; ++j)
      result[c * dims + j] = static_cast<float>(
          x.sums[c * dims + j] / static_cast<double>(x.counts[c]));
  }
  return result;
}

std::vector<float> seed_centroids(std::span<const float> points, uint32_t dims,
                                  uint32_t clusters, uint64_t seed) {
  random_stream random{seed};
  auto count = points.size() / dims;
  std::vector<float> result;
  result.reserve(size_t{clusters} * dims);
  std::vector<double> distances(count, std::numeric_limits<double>::max());
  auto next =
      static_cast<size_t>(random.fraction() * static_cast<double>(count));
  for (uint32_t c = 0; c < clusters; ++c) {
    auto* point = points.data() + next * dims;
    result.insert(result.end(), point, point + dims);
    double total = 0;
    for (size_t i = 0; i < count; ++i) {
      distances[i] =
          std::min(distances[i],
                   squared_distance(points.data() + i * dims, point, dims));
      total += distances[i];
    }
    // With fewer places than clusters, the first ones are taken again.
    next = total > 0 ? position_of(random.fraction() * total, distances)
                     : (c + 1) % count;
  }
  return result;
}

std::vector<float> make_blobs(size_t points, uint32_t dims, uint32_t clusters,
                              uint64_t seed) {
  random_stream random{seed};
  std::vector<float> centres(size_t{clusters} * dims);
  for (auto& x : centres)
    x = static_cast<float>(random.fraction() * 20 - 10);
  std::vector<float> result(points * dims);
  for (size_t i = 0; i < points; ++i) {
    auto centre = random.below(clusters) * size_t{dims};
    for (uint32_t j = 0; j < dims; ++j) {
      // Four uniform numbers look normal enough; their variance is a third.
      auto bits = random.next();
      auto sum = 0.0;
      for (int k = 0; k < 4; ++k)
        sum += static_cast<double>(bits >> (16 * k) & 0xffff);
      auto offset = (sum / 65'535 - 2) * 1.7320508;
      result[i * dims + j] = centres[centre + j] + static_cast<float>(offset);
    }
  }
  return result;
}

caf::behavior kmeans_worker(caf::event_based_actor* self) {
  return {
      [self, kept = frozen_buffer<float>{}](
          const frozen_buffer<float>& points, const point_range& range,
          const frozen_buffer<float>& centroids) mutable
      -> caf::result<owned_buffer<double>> {
        if (auto problem = check(points, range, centroids))
          return problem;
        kept = points;
        return assign_range(self->home_system(), points, range, centroids);
      },
  };
}

} // namespace troupe
