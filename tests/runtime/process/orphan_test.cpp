// SPDX-License-Identifier: Apache-2.0

// A process that is killed leaves no worker process behind.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "caf/actor_system.hpp"
#include "caf/scoped_actor.hpp"

#include "troupe/process/process.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/scheduling/spawn.hpp"
#include "troupe/supervision/supervisor.hpp"

#include "runtime/process/doomed_host.hpp"
#include "support/eventually.hpp"
#include "support/process.hpp"

namespace troupe::test {

using namespace std::chrono_literals;

int doomed_host(config& cfg) {
  caf::actor_system sys{cfg};
  auto host = process_host::open(sys, {.prestarted = 2});
  if (!host)
    return 1;
  caf::scoped_actor self{sys};
  auto boss = troupe::spawn(
      sys, supervisor,
      supervisor_spec{
          .children = {{.id = "a", .start = troupe::process("victim")},
                       {.id = "b", .start = troupe::process("victim")},
                       {.id = "c", .start = troupe::process("victim")}}});
  for (std::string id : {"a", "b", "c"}) {
    caf::actor child;
    self->request(boss, caf::infinite, child_atom_v, id)
        .receive([&](caf::actor& x) { child = std::move(x); },
                 [](const caf::error&) {});
    self->request(child, caf::infinite, std::string{"pid"})
        .receive(
            [](const std::string& pid) {
              std::printf("worker %s\n", pid.c_str());
            },
            [](const caf::error&) {});
    if (id == "c")
      self->send(child, std::string{"burn deaf"});
  }
  std::puts("ready");
  std::fflush(stdout);
  for (;;)
    pause();
}

namespace {

/// A zombie has no program any more.
bool is_alive(const std::string& pid) {
  std::error_code ignored;
  return std::filesystem::exists("/proc/" + pid + "/exe", ignored);
}

/// Returns the processes that run this program for a worker of `parent`.
std::vector<std::string> children_of(pid_t parent) {
  std::vector<std::string> result;
  std::error_code ignored;
  auto stat = "PPid:\t" + std::to_string(parent) + "\n";
  for (auto& x : std::filesystem::directory_iterator{"/proc", ignored}) {
    auto path = x.path() / "status";
    auto file = std::fopen(path.c_str(), "r");
    if (file == nullptr)
      continue;
    std::string text(4096, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    if (text.find(stat) != std::string::npos)
      result.push_back(x.path().filename().string());
  }
  return result;
}

TEST(Orphans, ThereAreNoneAfterKillNine) {
  auto program = std::filesystem::read_symlink("/proc/self/exe").string();
  process parent{{.line = {program, "--doomed-host"}}};
  ASSERT_TRUE(parent.line_with("ready", 60s)) << parent.err();
  // Those that are kept ready as well.
  std::vector<std::string> workers;
  EXPECT_TRUE(eventually(60s, [&] {
    workers = children_of(parent.pid());
    return workers.size() == 5;
  })) << workers.size();
  parent.signal(SIGKILL);
  ASSERT_TRUE(parent.wait(30s));
  for (auto& pid : workers)
    EXPECT_TRUE(eventually(5s, [&] { return !is_alive(pid); })) << pid;
}

} // namespace
} // namespace troupe::test
