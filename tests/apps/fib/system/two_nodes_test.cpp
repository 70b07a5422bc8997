// SPDX-License-Identifier: Apache-2.0

#include <csignal>
#include <map>
#include <optional>
#include <sstream>

#include <gtest/gtest.h>

#include "common/exit_code.hpp"
#include "fib_program.hpp"
#include "support/authority.hpp"
#include "support/eventually.hpp"
#include "support/net_namespaces.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace fib_app {

using namespace std::chrono_literals;
using troupe::test::authority;
using troupe::test::command;
using troupe::test::net_namespaces;
using troupe::test::process;
using troupe::test::read_file;
using troupe::test::temp_dir;

namespace {

/// Tasks that take long enough to be found in the middle of the work.
command some_work(size_t tasks, const std::vector<std::string>& more) {
  std::vector<std::string> line = {
      "--n",       "38", "--tasks",           std::to_string(tasks),
      "--workers", "1",  "--skip-sequential", "--json"};
  line.insert(line.end(), more.begin(), more.end());
  return fib(std::move(line));
}

/// Returns the address of a node that says that it is ready.
std::string ready_at(process& x) {
  auto line = x.line_with(" as ", patience);
  if (!line) {
    ADD_FAILURE() << "not ready: " << x.err();
    return {};
  }
  return address_in(*line);
}

void expect_all_right(process& driver, size_t tasks) {
  auto report = driver.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 0) << driver.err();
  auto result = last_json(driver.out());
  EXPECT_EQ(result["tasks"], tasks);
  EXPECT_EQ(result["lost"], 0);
  EXPECT_EQ(result["repeated"], 0);
  EXPECT_EQ(result["wrong"], 0);
}

/// Returns how often each task stands in the output.
std::map<size_t, size_t> rows_by_task(const std::string& file) {
  std::map<size_t, size_t> result;
  std::istringstream lines{read_file(file)};
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line))
    ++result[std::stoul(line)];
  return result;
}

void expect_each_once(const std::string& file, size_t tasks) {
  auto rows = rows_by_task(file);
  EXPECT_EQ(rows.size(), tasks);
  for (auto& [task, times] : rows)
    EXPECT_EQ(times, 1u) << "task " << task;
}

} // namespace

TEST(FibProgram, SharesTheWorkWithANodeThatServes) {
  process helper{fib(
      {"--serve", "--listen", "127.0.0.1:0", "--name", "b", "--workers", "1"})};
  auto address = ready_at(helper);
  process driver{some_work(60, {"--join", address, "--name", "a"})};
  expect_all_right(driver, 60);
  auto result = last_json(driver.out());
  EXPECT_GT(tasks_of(result, "a"), 0u);
  EXPECT_GT(tasks_of(result, "b"), 0u);
  EXPECT_EQ(tasks_of(result, "a") + tasks_of(result, "b"), 60u);
  helper.signal(SIGTERM);
  auto report = helper.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 0);
  auto done = std::to_string(tasks_of(result, "b"));
  EXPECT_NE(helper.out().find("stopped after " + done + " task"),
            std::string::npos)
      << helper.out();
}

TEST(FibProgram, LeavesAllWorkToTheOthersWithoutWorkersOfItsOwn) {
  process helper{fib(
      {"--serve", "--listen", "127.0.0.1:0", "--name", "b", "--workers", "2"})};
  auto address = ready_at(helper);
  process driver{fib({"--n", "25", "--tasks", "100", "--workers", "0", "--json",
                      "--join", address})};
  expect_all_right(driver, 100);
  EXPECT_EQ(tasks_of(last_json(driver.out()), "b"), 100u);
}

TEST(FibProgram, GivesWorkToANodeThatJoinsLate) {
  process driver{some_work(60, {"--listen", "127.0.0.1:0", "--name", "a"})};
  auto address = ready_at(driver);
  ASSERT_TRUE(has_computed(driver, 200ms));
  process helper{
      fib({"--serve", "--join", address, "--name", "late", "--workers", "1"})};
  expect_all_right(driver, 60);
  EXPECT_GT(tasks_of(last_json(driver.out()), "late"), 0u);
}

TEST(FibProgram, WaitsForTheFirstNodeIfItHasNoWorkersOfItsOwn) {
  process driver{fib({"--n", "25", "--tasks", "100", "--workers", "0", "--json",
                      "--listen", "127.0.0.1:0"})};
  auto address = ready_at(driver);
  ASSERT_TRUE(driver.line_with("waiting for a node to join", patience));
  process helper{
      fib({"--serve", "--join", address, "--name", "late", "--workers", "1"})};
  expect_all_right(driver, 100);
}

TEST(FibProgram, TakesANodeBackThatWasRestarted) {
  process driver{some_work(100, {"--listen", "127.0.0.1:0"})};
  auto address = ready_at(driver);
  auto helper_line =
      fib({"--serve", "--join", address, "--name", "b", "--workers", "1"});
  std::optional<process> helper{helper_line};
  ASSERT_TRUE(has_computed(*helper, 200ms));
  helper->signal(SIGKILL);
  ASSERT_TRUE(driver.line_with("node b is lost", patience)) << driver.err();
  helper.emplace(helper_line);
  ASSERT_TRUE(has_computed(*helper, 200ms));
  expect_all_right(driver, 100);
  helper->signal(SIGTERM);
  ASSERT_TRUE(helper->wait(patience));
  EXPECT_EQ(helper->out().find("stopped after 0 tasks"), std::string::npos);
}

TEST(FibProgram, LosesNothingWhenANodeIsKilledInAnotherNetwork) {
  if (auto reason = net_namespaces::unavailable())
    GTEST_SKIP() << *reason;
  net_namespaces net;
  temp_dir dir;
  auto file = dir.file("out.csv");
  auto right = net_namespaces::address(net_namespaces::side::right);
  process helper{
      net.inside(net_namespaces::side::right,
                 fib({"--serve", "--insecure", "--listen", right + ":0",
                      "--name", "b", "--workers", "1"}))};
  auto address = ready_at(helper);
  process driver{net.inside(net_namespaces::side::left,
                            some_work(60, {"--insecure", "--join", address,
                                           "--name", "a", "--output", file}))};
  ASSERT_TRUE(has_computed(helper, 300ms));
  helper.signal(SIGKILL);
  expect_all_right(driver, 60);
  EXPECT_NE(driver.out().find("b was lost"), std::string::npos) << driver.out();
  EXPECT_NE(driver.out().find("done elsewhere"), std::string::npos)
      << driver.out();
  expect_each_once(file, 60);
  auto result = last_json(driver.out());
  EXPECT_EQ(tasks_of(result, "a") + tasks_of(result, "b"), 60u);
}

TEST(FibProgram, LeavesAllWorkToOtherNodesWithIsolationNode) {
  process helper{fib(
      {"--serve", "--listen", "127.0.0.1:0", "--name", "b", "--workers", "2"})};
  auto address = ready_at(helper);
  process driver{fib({"--n", "25", "--tasks", "100", "--isolation", "node",
                      "--json", "--join", address})};
  expect_all_right(driver, 100);
  EXPECT_EQ(tasks_of(last_json(driver.out()), "b"), 100u);
}

TEST(FibProgram, AnswersEachTaskOnceOverAPartitionThatHeals) {
  if (auto reason = net_namespaces::unavailable())
    GTEST_SKIP() << *reason;
  net_namespaces net;
  temp_dir dir;
  auto file = dir.file("out.csv");
  auto quick = [](command x) {
    x.environment = {"TROUPE_NODE_HEARTBEAT_INTERVAL=50ms",
                     "TROUPE_NODE_SUSPECT_AFTER=300ms",
                     "TROUPE_NODE_LOST_AFTER=800ms"};
    return x;
  };
  auto right = net_namespaces::address(net_namespaces::side::right);
  process helper{
      net.inside(net_namespaces::side::right,
                 quick(fib({"--serve", "--insecure", "--listen", right + ":0",
                            "--name", "b", "--workers", "1"})))};
  auto address = ready_at(helper);
  process driver{
      net.inside(net_namespaces::side::left,
                 quick(some_work(100, {"--insecure", "--join", address,
                                       "--name", "a", "--output", file})))};
  ASSERT_TRUE(driver.line_with("node b is up", patience)) << driver.err();
  ASSERT_TRUE(has_computed(helper, 300ms));
  net.unplug();
  ASSERT_TRUE(driver.line_with("node b is lost", patience)) << driver.out();
  net.plug();
  ASSERT_TRUE(troupe::test::eventually(patience, [&] {
    auto out = driver.out();
    return out.rfind("node b is up") > out.rfind("node b is lost");
  })) << driver.out();
  expect_all_right(driver, 100);
  expect_each_once(file, 100);
  EXPECT_NE(driver.out().find("b was lost"), std::string::npos) << driver.out();
}

/// Writes the configuration of a node that must prove who it is.
std::string secured(const temp_dir& dir, const authority& ours,
                    const std::string& name, const std::string& more) {
  auto files = ours.issue(name);
  return dir.write(name + ".conf", "[node]\nname = \"" + name
                                       + "\"\nsecurity = \"tls\"\ntls-ca = \""
                                       + files.ca + "\"\ntls-certificate = \""
                                       + files.certificate + "\"\ntls-key = \""
                                       + files.key + "\"\n" + more + "\n");
}

TEST(FibProgram, SharesWorkUnderMutualTlsBetweenTwoNetworks) {
  if (auto reason = net_namespaces::unavailable())
    GTEST_SKIP() << *reason;
  net_namespaces net;
  temp_dir dir;
  authority ours{dir};
  auto right = net_namespaces::address(net_namespaces::side::right);
  process helper{net.inside(
      net_namespaces::side::right,
      fib({"--serve", "--workers", "1", "--config",
           secured(dir, ours, "b",
                   "listen = \"" + right + ":0\"\nmay-start = [\"a:fib\"]")}))};
  auto address = ready_at(helper);
  auto config = secured(dir, ours, "a", "join = [\"" + address + "\"]");
  process driver{net.inside(net_namespaces::side::left,
                            some_work(30, {"--config", config}))};
  expect_all_right(driver, 30);
  auto result = last_json(driver.out());
  EXPECT_GT(tasks_of(result, "b"), 0u);
  // Without a certificate nobody gets in.
  process stranger{net.inside(
      net_namespaces::side::left,
      some_work(1, {"--insecure", "--join", address, "--name", "x"}))};
  auto report = stranger.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, static_cast<int>(app::exit_code::network));
}

} // namespace fib_app
