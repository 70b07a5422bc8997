// SPDX-License-Identifier: Apache-2.0

// Which cores the workers' threads may use, as the kernel sees it.

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/actor_system_config.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

#include "support/eventually.hpp"
#include "support/process.hpp"
#include "troupe/base/cores.hpp"
#include "troupe/scheduling/scheduler.hpp"
#include "troupe/scheduling/spawn.hpp"

namespace {

using namespace std::chrono_literals;

namespace fs = std::filesystem;

using troupe::worker_placement;
using troupe::test::eventually;

using cores = std::set<int>;

/// Returns the cores that a thread may use, 0 for the calling one.
cores cores_of(pid_t thread) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  cores result;
  if (sched_getaffinity(thread, sizeof(mask), &mask) != 0)
    return result;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &mask))
      result.insert(i);
  return result;
}

void restrict_to(const cores& xs) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  for (auto x : xs)
    CPU_SET(x, &mask);
  ASSERT_EQ(sched_setaffinity(0, sizeof(mask), &mask), 0);
}

/// Returns the cores of each worker's thread of this process.
std::vector<cores> worker_cores() {
  std::vector<cores> result;
  for (auto& entry : fs::directory_iterator{"/proc/self/task"}) {
    std::string name;
    std::ifstream{entry.path() / "comm"} >> name;
    if (name.rfind("troupe.w", 0) == 0)
      result.push_back(cores_of(std::stoi(entry.path().filename().string())));
  }
  return result;
}

cores all_of(const std::vector<cores>& xs) {
  cores result;
  for (auto& x : xs)
    result.insert(x.begin(), x.end());
  return result;
}

struct config : caf::actor_system_config {
  explicit config(const troupe::scheduler_options& opts) {
    load<troupe::scheduler>();
    troupe::write_scheduler_options(*this, opts);
  }
};

/// A running system.
struct fixture {
  explicit fixture(const troupe::scheduler_options& opts)
      : cfg(opts), sys(cfg), n(sys.scheduler().num_workers()) {
    // Threads name and pin themselves.
    EXPECT_TRUE(eventually(10s, [&] {
      auto xs = worker_cores();
      if (xs.size() != n)
        return false;
      if (opts.placement == worker_placement::floating)
        return true;
      return std::all_of(xs.begin(), xs.end(),
                         [](auto& x) { return x.size() == 1; });
    }));
  }

  config cfg;
  caf::actor_system sys;
  size_t n;
};

TEST(Placement, PinnedWorkersHaveACoreEach) {
  fixture f{{.placement = worker_placement::pinned}};
  EXPECT_EQ(f.n, troupe::usable_cores());
  auto xs = worker_cores();
  for (auto& x : xs)
    EXPECT_EQ(x.size(), 1u);
  EXPECT_EQ(all_of(xs).size(), f.n);
  // Read by tests that start this one in other surroundings.
  std::cout << "workers=" << f.n << " cores=";
  for (auto x : all_of(xs))
    std::cout << x << ",";
  std::cout << std::endl;
}

TEST(Placement, FloatingWorkersMayUseAllCores) {
  fixture f{{.placement = worker_placement::floating}};
  EXPECT_EQ(f.n, troupe::usable_cores());
  for (auto& x : worker_cores())
    EXPECT_EQ(x, cores_of(0));
}

TEST(Placement, FewerPinnedWorkersLeaveTheRestFree) {
  if (cores_of(0).size() < 2)
    GTEST_SKIP() << "one core";
  fixture f{{.workers = 1, .placement = worker_placement::pinned}};
  EXPECT_EQ(worker_cores().size(), 1u);
  EXPECT_EQ(all_of(worker_cores()).size(), 1u);
}

TEST(Placement, FewerWorkersNeverWorkOnMoreCoresAtOnce) {
  if (cores_of(0).size() < 2)
    GTEST_SKIP() << "one core";
  for (auto placement :
       {worker_placement::pinned, worker_placement::floating}) {
    fixture f{{.workers = 1, .placement = placement}};
    std::atomic<int> at_work = 0;
    std::atomic<int> most = 0;
    auto job = [&](caf::event_based_actor*) -> caf::behavior {
      return {[&](int x) {
        auto n = ++at_work;
        for (auto y = most.load(); y < n && !most.compare_exchange_weak(y, n);)
          ; // nop
        for (auto end = std::chrono::steady_clock::now() + 200us;
             std::chrono::steady_clock::now() < end;)
          ; // nop
        --at_work;
        return x;
      }};
    };
    caf::scoped_actor self{f.sys};
    std::vector<caf::actor> xs;
    for (int i = 0; i < 4; ++i)
      xs.push_back(troupe::spawn(f.sys, job));
    for (int i = 0; i < 20; ++i)
      for (auto& x : xs)
        self->send(x, i);
    for (int i = 0; i < 80; ++i)
      self->receive([](int) {});
    EXPECT_EQ(most, 1);
  }
}

TEST(Placement, MoreWorkersThanCoresShareThemEvenly) {
  auto n = cores_of(0).size();
  fixture f{{.workers = 2 * n, .placement = worker_placement::pinned}};
  std::multiset<int> used;
  for (auto& x : worker_cores())
    used.insert(x.begin(), x.end());
  for (auto core : cores_of(0))
    EXPECT_EQ(used.count(core), 2u);
}

TEST(Placement, RestrictedThreadStartsWorkersOnItsCoresOnly) {
  std::thread{[] {
    cores one{*cores_of(0).rbegin()};
    restrict_to(one);
    for (auto placement :
         {worker_placement::pinned, worker_placement::floating}) {
      fixture f{{.placement = placement}};
      EXPECT_EQ(f.n, 1u);
      EXPECT_EQ(all_of(worker_cores()), one);
    }
  }}.join();
}

/// Starts `PinnedWorkersHaveACoreEach` behind `prefix` in a process of its own.
/// @returns what it says about its workers.
std::string report(std::vector<std::string> prefix) {
  prefix.push_back(fs::read_symlink("/proc/self/exe").string());
  prefix.push_back("--gtest_filter=Placement.PinnedWorkersHaveACoreEach");
  auto result = troupe::test::run({.line = prefix}, 30s);
  if (!result)
    return "does not end";
  auto begin = result->out.find("workers=");
  if (begin == std::string::npos)
    return result->out + result->err;
  return result->out.substr(begin, result->out.find('\n', begin) - begin);
}

TEST(Placement, ProcessUnderTasksetHasWorkersOnItsCoresOnly) {
  auto core = std::to_string(*cores_of(0).rbegin());
  EXPECT_EQ(report({"taskset", "-c", core}), "workers=1 cores=" + core + ",");
}

/// A cgroup below that of this process, if the machine permits one.
class cgroup {
public:
  /// Makes a cgroup that may use one core.
  static std::optional<cgroup> make() {
    auto name = "/troupe-test-" + std::to_string(getpid());
    for (auto& base :
         {std::string{"/sys/fs/cgroup/cpu"}, std::string{"/sys/fs/cgroup"}}) {
      auto dir = base + name;
      std::error_code ec;
      if (!fs::create_directory(dir, ec))
        continue;
      cgroup result{dir};
      if (result.write("cpu.max", "100000 100000")
          || result.write("cpu.cfs_quota_us", "100000"))
        return result;
    }
    return std::nullopt;
  }

  cgroup(cgroup&& other) noexcept : dir_(std::move(other.dir_)) {
    other.dir_.clear();
  }

  cgroup& operator=(cgroup&&) = delete;

  ~cgroup() {
    if (!dir_.empty())
      rmdir(dir_.c_str());
  }

  const std::string& dir() const {
    return dir_;
  }

private:
  explicit cgroup(std::string dir) : dir_(std::move(dir)) {
    // nop
  }

  /// Writes a file that is there already.
  bool write(const char* file, const std::string& text) const {
    auto fd = open((dir_ + "/" + file).c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0)
      return false;
    auto n = ::write(fd, text.data(), text.size());
    close(fd);
    return n == static_cast<ssize_t>(text.size());
  }

  std::string dir_;
};

TEST(Placement, ProcessWithAQuotaHasAsManyWorkersAsItPaysFor) {
  if (troupe::usable_cores() < 2)
    GTEST_SKIP() << "one core";
  auto group = cgroup::make();
  if (!group)
    GTEST_SKIP() << "cannot make a cgroup with a CPU quota here";
  auto enter = "echo $$ > " + group->dir() + "/cgroup.procs && exec \"$@\"";
  auto seen = report({"sh", "-c", enter, "sh"});
  EXPECT_EQ(seen.substr(0, seen.find(' ')), "workers=1");
}

} // namespace
