// SPDX-License-Identifier: Apache-2.0

#include "lloyd.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "troupe/base/errc.hpp"
#include "troupe/buffer/make_buffer.hpp"
#include "troupe/buffer/owned_buffer.hpp"

#include "common/perform.hpp"
#include "common/refuse.hpp"

namespace kmeans {

namespace {

using clock = std::chrono::steady_clock;

/// Adds up all points for the present centroids.
using assigner =
    std::function<exit_code(const std::vector<float>&, troupe::cluster_sums&)>;

exit_code iterate(app::workshop& shop, std::vector<float> centroids,
                  uint32_t iterations, const assigner& assign,
                  outcome& result) {
  auto start = clock::now();
  while (result.inertia.size() < iterations && !result.converged) {
    troupe::cluster_sums sums;
    if (auto code = assign(centroids, sums); code != exit_code::ok)
      return code;
    result.inertia.push_back(sums.inertia);
    result.sizes = sums.counts;
    auto next = troupe::next_centroids(sums, centroids);
    result.converged = next == centroids;
    centroids = std::move(next);
    shop.bar().show({.done = result.inertia.size(),
                     .total = iterations,
                     .elapsed = clock::now() - start});
  }
  shop.bar().clear();
  result.centroids = std::move(centroids);
  result.wall = clock::now() - start;
  return exit_code::ok;
}

size_t point_count(const point_set& x) {
  return x.numbers.size() / x.dims;
}

size_t block_count(const point_set& x) {
  return (point_count(x) + block_points - 1) / block_points;
}

/// Tasks that each worker gets in one iteration: while it waits for a second
/// one it would stand still for longer than workers differ in speed.
constexpr size_t tasks_per_worker = 1;

/// Bytes of a reply.
constexpr size_t max_reply_bytes = size_t{8} << 20;

size_t task_count(const point_set& x, size_t workers, size_t centroid_numbers) {
  auto blocks = block_count(x);
  auto bytes = blocks * centroid_numbers * sizeof(double);
  auto least =
      std::max(workers * tasks_per_worker, bytes / max_reply_bytes + 1);
  return std::min(blocks, least);
}

/// Returns the points of one of several tasks: whole blocks.
troupe::point_range range_of(const point_set& x, size_t task, size_t tasks) {
  auto blocks = block_count(x);
  auto first = task * blocks / tasks * block_points;
  auto last =
      std::min((task + 1) * blocks / tasks * block_points, point_count(x));
  return {.first = first,
          .count = last - first,
          .dims = x.dims,
          .block = block_points};
}

} // namespace

exit_code lloyd(app::workshop& shop, const point_set& points,
                std::vector<float> seeds, uint32_t iterations,
                outcome& result) {
  auto assign = [&](const std::vector<float>& centroids,
                    troupe::cluster_sums& sums) {
    auto shared = troupe::copy_to_buffer<float>(
        shop.system(), std::span<const float>{centroids});
    if (!shared)
      return refuse(exit_code::failed, troupe::describe(shared.error()));
    auto frozen = std::move(*shared).freeze();
    auto tasks = task_count(points, shop.ready(), centroids.size());
    auto make = [&, frozen, tasks](size_t i) {
      auto range = range_of(points, i, tasks);
      if (!shop.is_networked())
        return caf::make_message(points.numbers, range, frozen);
      // Whoever gets bytes gets no more than it needs.
      auto part = points.numbers.slice(range.first * points.dims,
                                       range.count * points.dims);
      range.first = 0;
      return caf::make_message(std::move(part), range, frozen);
    };
    auto clusters = centroids.size() / points.dims;
    auto size = troupe::packed_size(clusters, points.dims);
    auto take = [&](size_t, troupe::owned_buffer<double> x) {
      auto rest = std::span<const double>{x.span()};
      for (; rest.size() >= size; rest = rest.subspan(size))
        add(sums, troupe::unpack(rest.first(size), clusters, points.dims));
    };
    return app::perform<troupe::owned_buffer<double>>(
        shop, {.tasks = tasks, .make = make, .how = app::making::prompt}, take,
        [](size_t) {});
  };
  return iterate(shop, std::move(seeds), iterations, assign, result);
}

bool lloyd_alone(app::workshop& shop, const point_set& points,
                 std::vector<float> seeds, uint32_t iterations,
                 outcome& result) {
  auto assign = [&](const std::vector<float>& centroids,
                    troupe::cluster_sums& sums) {
    auto numbers = points.numbers.span();
    auto size = size_t{block_points} * points.dims;
    for (size_t at = 0; at < numbers.size(); at += size) {
      if (shop.stop().requested())
        return shop.stop().code();
      auto block = numbers.subspan(at, std::min(size, numbers.size() - at));
      add(sums, troupe::assign_points(block, points.dims, centroids));
    }
    return exit_code::ok;
  };
  return iterate(shop, std::move(seeds), iterations, assign, result)
         == exit_code::ok;
}

} // namespace kmeans
