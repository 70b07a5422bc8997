// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "fib_program.hpp"
#include "support/temp_dir.hpp"

namespace fib_app {

using namespace std::chrono_literals;
using troupe::test::process;
using troupe::test::read_file;
using troupe::test::temp_dir;

TEST(FibProgram, ComputesAndComparesBothWays) {
  auto x = run_fib({"--n", "25", "--tasks", "8", "--workers", "2"});
  EXPECT_EQ(x.report.code, 0);
  EXPECT_NE(x.out.find("8 x fib(25)"), x.out.npos);
  EXPECT_NE(x.out.find("one after another"), x.out.npos);
  EXPECT_NE(x.out.find("all 8 results are right"), x.out.npos);
  EXPECT_EQ(x.out.find('\x1b'), x.out.npos) << "colours without a terminal";
  EXPECT_EQ(x.err, "") << "a progress bar without a terminal";
}

TEST(FibProgram, EndsWithJsonOfTheDocumentedKeys) {
  auto x = run_fib({"--n", "25", "--tasks", "8", "--json", "--name", "me"});
  EXPECT_EQ(x.report.code, 0);
  auto result = last_json(x.out);
  std::vector<std::string> keys;
  for (auto& [key, value] : result.items())
    keys.push_back(key);
  std::vector<std::string> expected = {"tasks",      "lost",
                                       "repeated",   "wrong",
                                       "cores",      "efficiency",
                                       "gap_p50_ms", "gap_p99_ms",
                                       "gap_max_ms", "nodes",
                                       "restarts",   "sequential_s",
                                       "parallel_s", "sequential_gap_max_ms"};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(keys, expected);
  EXPECT_EQ(result["tasks"], 8);
  EXPECT_EQ(result["lost"], 0);
  EXPECT_EQ(result["repeated"], 0);
  EXPECT_EQ(result["wrong"], 0);
  EXPECT_EQ(result["restarts"], 0);
  ASSERT_EQ(result["nodes"].size(), 1u);
  EXPECT_EQ(result["nodes"][0]["tasks"], 8);
  EXPECT_GT(result["sequential_s"], 0.0);
  EXPECT_GE(result["sequential_gap_max_ms"].get<double>(),
            result["sequential_s"].get<double>() * 1'000);
}

TEST(FibProgram, ListsEveryJsonKeyInItsHelp) {
  auto help = run_fib({"--help"});
  EXPECT_EQ(help.report.code, 0);
  auto result = last_json(run_fib({"--n", "1", "--json"}).out);
  for (auto& [key, value] : result.items())
    EXPECT_NE(help.out.find(key), help.out.npos) << key;
}

TEST(FibProgram, RunsOnThreadsOfTheirOwn) {
  auto x = run_fib({"--n", "20", "--tasks", "50", "--workers", "3",
                    "--isolation", "thread", "--json"});
  EXPECT_EQ(x.report.code, 0) << x.err;
  EXPECT_EQ(last_json(x.out)["wrong"], 0);
}

TEST(FibProgram, RunsInProcessesOfTheirOwn) {
  auto x = run_fib({"--n", "20", "--tasks", "50", "--workers", "3",
                    "--isolation", "process", "--json"});
  EXPECT_EQ(x.report.code, 0) << x.err;
  EXPECT_NE(x.out.find("3 workers (process)"), x.out.npos) << x.out;
  auto result = last_json(x.out);
  EXPECT_EQ(result["wrong"], 0);
  EXPECT_EQ(result["lost"], 0);
  EXPECT_EQ(result["restarts"], 0);
}

TEST(FibProgram, ReadsStandardInputAndWritesResults) {
  temp_dir dir;
  auto file = dir.file("out.csv");
  auto x = run_fib({"--input", "-", "--output", file, "--workers", "1"},
                   "id,n\na,10\nb,20\nc,0\n");
  EXPECT_EQ(x.report.code, 0) << x.err;
  std::istringstream lines{read_file(file)};
  std::vector<std::string> starts;
  for (std::string line; std::getline(lines, line);)
    starts.push_back(line.substr(0, line.rfind(',')));
  EXPECT_EQ(starts, (std::vector<std::string>{
                        "task,n,result,worker,node", "1,10,55,1,local",
                        "2,20,6765,1,local", "3,0,0,1,local"}));
}

TEST(FibProgram, TakesItsOwnOutputAsInput) {
  temp_dir dir;
  auto file = dir.file("out.csv");
  ASSERT_EQ(run_fib({"--n", "9", "--tasks", "5", "--output", file}).report.code,
            0);
  auto x = run_fib({"--input", file, "--json", "--skip-sequential"});
  EXPECT_EQ(x.report.code, 0) << x.err;
  EXPECT_EQ(last_json(x.out)["tasks"], 5);
}

TEST(FibProgram, DoesAMillionTasksInBoundedMemory) {
  auto x = run_fib({"--n", "10", "--tasks", "1000000", "--json"});
  EXPECT_EQ(x.report.code, 0) << x.err;
  EXPECT_LT(x.report.peak_rss_bytes, uint64_t{200} << 20);
  auto result = last_json(x.out);
  EXPECT_EQ(result["tasks"], 1'000'000);
  EXPECT_EQ(result["lost"], 0);
  EXPECT_EQ(result["repeated"], 0);
  EXPECT_EQ(result["wrong"], 0);
}

TEST(FibProgram, StopsOnCtrlCWhileWorkersComputeAndLeavesNothing) {
  temp_dir dir;
  process x{
      fib({"--n", "60", "--skip-sequential", "--output", dir.file("out.csv")})};
  ASSERT_TRUE(has_computed(x, 200ms));
  x.signal(SIGINT);
  auto report = x.wait(5s);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 130);
  EXPECT_EQ(x.err(), "fib: stopped, 0 of 10 tasks done\n");
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST(FibProgram, StopsOnCtrlCWhileTheCallingThreadComputes) {
  temp_dir dir;
  process x{fib({"--n", "60", "--output", dir.file("out.csv")})};
  ASSERT_TRUE(has_computed(x, 200ms));
  x.signal(SIGINT);
  auto report = x.wait(5s);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 130);
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

} // namespace fib_app
