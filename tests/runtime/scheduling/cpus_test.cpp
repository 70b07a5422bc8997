// SPDX-License-Identifier: Apache-2.0

#include "port/cpus.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

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

/// A folder that looks like `/sys/fs/cgroup`.
class CgroupTree : public testing::Test {
public:
  void write(const std::string& name, const std::string& text) {
    auto file = dir.path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file} << text;
  }

  std::optional<size_t> quota(const std::string& membership) {
    return cpu_quota(membership, dir.path());
  }

  troupe::test::temp_dir dir;
};

TEST_F(CgroupTree, OwnQuotaCounts) {
  write("app/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota("0::/app\n"), 2u);
}

TEST_F(CgroupTree, TightestQuotaOnTheWayUpCounts) {
  write("a/b/c/cpu.max", "max 100000\n");
  write("a/b/cpu.max", "300000 100000\n");
  write("a/cpu.max", "100000 100000\n");
  EXPECT_EQ(quota("0::/a/b/c\n"), 1u);
  EXPECT_EQ(quota("0::/a\n"), 1u);
}

TEST_F(CgroupTree, RootOfAContainerHasAQuotaToo) {
  write("cpu.max", "200000 100000\n");
  EXPECT_EQ(quota("0::/\n"), 2u);
}

TEST_F(CgroupTree, VersionOneHasItsOwnTree) {
  write("cpu/job/cpu.cfs_quota_us", "250000\n");
  write("cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota("4:cpu,cpuacct:/job\n2:memory:/other\n"), 3u);
}

TEST_F(CgroupTree, TighterVersionCountsWhereBothAreMounted) {
  write("cpu/job/cpu.cfs_quota_us", "100000\n");
  write("cpu/job/cpu.cfs_period_us", "100000\n");
  write("job/cpu.max", "400000 100000\n");
  EXPECT_EQ(quota("4:cpu:/job\n0::/job\n"), 1u);
}

TEST_F(CgroupTree, PathOfTheHostInsideAContainerLeadsToItsRoot) {
  write("cpu/cpu.cfs_quota_us", "100000\n");
  write("cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota("4:cpu:/docker/1234\n"), 1u);
}

TEST_F(CgroupTree, NoFilesMeanNoQuota) {
  EXPECT_EQ(quota("0::/app\n4:cpu:/app\n"), nullopt);
  EXPECT_EQ(quota(""), nullopt);
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
