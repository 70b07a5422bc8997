// SPDX-License-Identifier: Apache-2.0

#include "troupe/actors/kmeans.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace troupe {

namespace {

/// All bits count.
void expect_same(const cluster_sums& a, const cluster_sums& b) {
  EXPECT_EQ(a.counts, b.counts);
  EXPECT_EQ(a.sums, b.sums);
  EXPECT_EQ(a.inertia, b.inertia);
}

} // namespace

TEST(KMeans, AssignsAsThreePlainLoopsDo) {
  for (uint32_t dims : {1, 2, 3, 16, 33})
    for (uint32_t clusters : {1, 2, 3, 16, 17})
      for (size_t count : {1, 15, 16, 17, 1'000}) {
        auto points = make_blobs(count, dims, clusters, count + dims);
        auto centroids = seed_centroids(points, dims, clusters, 1);
        std::vector<uint32_t> labels(count);
        std::vector<uint32_t> expected(count);
        expect_same(assign_points(points, dims, centroids, labels),
                    assign_points_plainly(points, dims, centroids, expected));
        EXPECT_EQ(labels, expected);
      }
}

TEST(KMeans, TheFirstOfSeveralNearestCentroidsCounts) {
  std::vector<float> points = {0, 0};
  std::vector<float> centroids = {3, 0, 0, 3, 1, 0, 0, 1, -1, 0};
  std::vector<uint32_t> labels(1);
  auto x = assign_points(points, 2, centroids, labels);
  EXPECT_EQ(labels[0], 2u);
  EXPECT_EQ(x.inertia, 1);
}

TEST(KMeans, MeansOfClustersWithoutPointsStay) {
  std::vector<float> points = {1, 3};
  std::vector<float> centroids = {0, 100};
  auto x = assign_points(points, 1, centroids);
  EXPECT_EQ(next_centroids(x, centroids), (std::vector<float>{2, 100}));
}

TEST(KMeans, InertiaNeverGrows) {
  auto points = make_blobs(5'000, 4, 8, 3);
  auto centroids = seed_centroids(points, 4, 8, 3);
  auto before = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 20; ++i) {
    auto x = assign_points(points, 4, centroids);
    EXPECT_LE(x.inertia, before * (1 + 1e-6));
    before = x.inertia;
    centroids = next_centroids(x, centroids);
  }
}

TEST(KMeans, SeedsAreDifferentPoints) {
  auto points = make_blobs(200, 3, 5, 9);
  auto centroids = seed_centroids(points, 3, 20, 9);
  std::set<std::vector<float>> all;
  for (size_t i = 0; i < points.size(); i += 3)
    all.insert({points[i], points[i + 1], points[i + 2]});
  std::set<std::vector<float>> seeds;
  for (size_t i = 0; i < centroids.size(); i += 3)
    seeds.insert({centroids[i], centroids[i + 1], centroids[i + 2]});
  EXPECT_EQ(seeds.size(), 20u);
  EXPECT_TRUE(
      std::includes(all.begin(), all.end(), seeds.begin(), seeds.end()));
}

TEST(KMeans, SeedsOfEqualPointsAreThatPoint) {
  std::vector<float> points(10, 7);
  EXPECT_EQ(seed_centroids(points, 1, 3, 1), (std::vector<float>{7, 7, 7}));
}

TEST(KMeans, SumsArePackedAndUnpacked) {
  auto points = make_blobs(100, 3, 4, 5);
  auto centroids = seed_centroids(points, 3, 4, 5);
  auto x = assign_points(points, 3, centroids);
  std::vector<double> packed(packed_size(4, 3));
  pack(x, packed);
  expect_same(unpack(packed, 4, 3), x);
}

TEST(KMeans, PartsAddUpInOrder) {
  auto points = make_blobs(1'000, 2, 3, 5);
  auto centroids = seed_centroids(points, 2, 3, 5);
  cluster_sums parts;
  cluster_sums plain;
  for (size_t first = 0; first < points.size(); first += 600) {
    auto part = std::span{points}.subspan(
        first, std::min<size_t>(600, points.size() - first));
    add(parts, assign_points(part, 2, centroids));
    add(plain, assign_points_plainly(part, 2, centroids));
  }
  expect_same(parts, plain);
  auto whole = assign_points(points, 2, centroids);
  EXPECT_EQ(parts.counts, whole.counts);
  for (size_t i = 0; i < whole.sums.size(); ++i)
    EXPECT_NEAR(parts.sums[i], whole.sums[i], 1e-9 * points.size());
}

} // namespace troupe
