// SPDX-License-Identifier: Apache-2.0

#include "port/cpus.hpp"

#include <gtest/gtest.h>

namespace {

using namespace troupe::port;
using std::nullopt;

TEST(CpuQuota, CpuMaxIsRoundedUpToWholeCores) {
  EXPECT_EQ(parse_cpu_max("200000 100000\n"), 2u);
  EXPECT_EQ(parse_cpu_max("150000 100000\n"), 2u);
  EXPECT_EQ(parse_cpu_max("5000 100000"), 1u);
}

TEST(CpuQuota, UnlimitedOrMalformedCpuMaxIsNoQuota) {
  EXPECT_EQ(parse_cpu_max("max 100000\n"), nullopt);
  EXPECT_EQ(parse_cpu_max(""), nullopt);
  EXPECT_EQ(parse_cpu_max("100000"), nullopt);
  EXPECT_EQ(parse_cpu_max("100000 0"), nullopt);
}

TEST(CpuQuota, VersionOneUsesMinusOneForUnlimited) {
  EXPECT_EQ(parse_cfs_quota("250000\n", "100000\n"), 3u);
  EXPECT_EQ(parse_cfs_quota("-1\n", "100000\n"), nullopt);
}

TEST(CpuQuota, OwnCgroupIsFoundByController) {
  constexpr auto text = "12:pids:/a\n4:cpu,cpuacct:/docker/b\n0::/c/d\n";
  EXPECT_EQ(parse_cgroup_path(text, "cpu"), "/docker/b");
  EXPECT_EQ(parse_cgroup_path(text, ""), "/c/d");
  EXPECT_EQ(parse_cgroup_path(text, "memory"), nullopt);
  EXPECT_EQ(parse_cgroup_path("0::/\n", ""), "");
}

TEST(AssignCpus, AsManyWorkersAsCoresGetOneEach) {
  EXPECT_EQ(assign_cpus({2, 5, 7}, 3, 1), (std::vector<int>{2, 5, 7}));
}

TEST(AssignCpus, FewerWorkersLeaveTheRestFree) {
  EXPECT_EQ(assign_cpus({2, 5, 7}, 1, 4), (std::vector<int>{5}));
  EXPECT_EQ(assign_cpus({2, 5, 7}, 2, 2), (std::vector<int>{7, 2}));
}

TEST(AssignCpus, MoreWorkersShareTheCoresEvenly) {
  EXPECT_EQ(assign_cpus({0, 1}, 4, 3), (std::vector<int>{0, 1, 0, 1}));
}

TEST(AssignCpus, UnknownMaskPinsNobody) {
  EXPECT_TRUE(assign_cpus({}, 4, 0).empty());
}

} // namespace
