// SPDX-License-Identifier: Apache-2.0

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "program.hpp"
#include "support/temp_dir.hpp"

namespace app {

namespace {

using troupe::test::read_file;
using troupe::test::temp_dir;

/// Shows nothing but what the same seed must give again.
nlohmann::json outcome(nlohmann::json x) {
  for (auto* key :
       {"wall_s", "workers", "restarts", "sequential_s", "equal", "efficiency"})
    x.erase(key);
  return x;
}

nlohmann::json run_kmeans(std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  auto x = run_program("kmeans", std::move(arguments));
  EXPECT_EQ(x.report.code, 0) << x.err;
  return last_json(x.out);
}

} // namespace

TEST(KmeansProgram, FindsTheSameAsOneThreadWhoeverWorks) {
  std::vector<std::vector<std::string>> crews = {
      {"--workers", "1"},
      {"--workers", "3"},
      {"--isolation", "thread", "--workers", "2"},
      {"--isolation", "process", "--workers", "2"}};
  std::vector<nlohmann::json> results;
  for (auto& crew : crews) {
    std::vector<std::string> arguments = {
        "--points", "200001", "--dims", "5", "--clusters", "7", "--compare"};
    arguments.insert(arguments.end(), crew.begin(), crew.end());
    auto x = run_kmeans(arguments);
    EXPECT_EQ(x["equal"], true);
    results.push_back(outcome(x));
    EXPECT_EQ(results.back(), results.front());
  }
}

TEST(KmeansProgram, FindsTheSameAlthoughAWorkerProcessIsKilled) {
  std::vector<std::string> arguments = {"--points", "400000", "--clusters",
                                        "100",      "--seed", "5"};
  auto killed = json_after_a_kill("kmeans", arguments);
  EXPECT_GE(killed["restarts"], 1);
  EXPECT_EQ(outcome(run_kmeans(arguments)), outcome(killed));
}

TEST(KmeansProgram, PutsThePointsOfAFileIntoClusters) {
  temp_dir dir;
  auto file = dir.write("in.csv", "0,0\n10,10\n0,1\n10,11\n1,0\n");
  auto out = dir.file("out.csv");
  auto plot = dir.file("plot.png");
  auto x = run_kmeans(
      {"--input", file, "--clusters", "2", "--output", out, "--plot", plot});
  EXPECT_EQ(x["converged"], true);
  EXPECT_EQ(x["points"], 5);
  auto labels = read_file(out);
  EXPECT_TRUE(labels == "point,cluster\n1,1\n2,2\n3,1\n4,2\n5,1\n"
              || labels == "point,cluster\n1,2\n2,1\n3,2\n4,1\n5,2\n")
      << labels;
  EXPECT_TRUE(read_file(plot).starts_with("\x89PNG"));
}

TEST(KmeansProgram, SaysWhatIsWrong) {
  temp_dir dir;
  auto file = dir.write("in.csv", "1,2\n1,two\n");
  expect_refusal("kmeans", {"--input", file}, 2,
                 "in.csv: line 2: \"two\" is no number from -1e15 to 1e15");
  expect_refusal("kmeans", {"--input", dir.file("none")}, 2,
                 "No such file or directory");
  expect_refusal("kmeans", {"--clusters", "0"}, 2,
                 "--clusters: is \"0\", must be 1 to 10000");
  expect_refusal("kmeans", {"--clusters", "5000"}, 2,
                 "5000 of 16 numbers are 80000, must be at most 65536");
  expect_refusal("kmeans", {"--output", "/nowhere/x"}, 4,
                 "/nowhere/x: No such file or directory");
}

} // namespace app
