// SPDX-License-Identifier: Apache-2.0

// The real program, with its shortest work.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace std::chrono_literals;

using troupe::test::finished;
using troupe::test::read_file;
using troupe::test::temp_dir;

finished run_bench(std::vector<std::string> arguments,
                   std::vector<std::string> environment = {}) {
  arguments.insert(arguments.begin(), troupe::test::built_program("bench"));
  auto result = troupe::test::run(
      {.line = std::move(arguments), .environment = std::move(environment)},
      90s);
  if (!result) {
    ADD_FAILURE() << "bench does not end";
    return {};
  }
  return *result;
}

size_t lines_of(const std::string& x) {
  return static_cast<size_t>(std::count(x.begin(), x.end(), '\n'));
}

TEST(BenchProgram, WritesTableJsonAndChart) {
  temp_dir dir;
  auto json_file = dir.file("r.json");
  auto plot_file = dir.file("r.svg");
  auto x = run_bench({"idle_request", "--peers", "caf", "--runs", "1", "--json",
                      json_file, "--plot", plot_file});
  EXPECT_EQ(x.report.code, 0);
  // No progress where nobody looks.
  EXPECT_EQ(x.err, "");
  EXPECT_NE(x.out.find("idle_request  p50"), std::string::npos) << x.out;
  auto json = nlohmann::json::parse(read_file(json_file), nullptr, false);
  ASSERT_TRUE(json.is_object());
  std::set<std::string> seen;
  for (auto& y : json["results"])
    seen.insert(y["subject"].get<std::string>() + " "
                + y["metric"].get<std::string>());
  EXPECT_EQ(seen, (std::set<std::string>{"caf p50", "caf p99", "troupe p50",
                                         "troupe p99"}));
  EXPECT_EQ(json["ratios"].size(), 2u);
  EXPECT_EQ(read_file(plot_file).rfind("<svg ", 0), 0u);
}

TEST(BenchProgram, NamesAndSkipsPeersThatAreMissing) {
  // Each run needs this one program.
  temp_dir dir;
  std::filesystem::create_symlink("/usr/bin/timeout", dir.file("timeout"));
  auto x = run_bench({"idle_cpu", "--peers", "erlang,node", "--runs", "1"},
                     {"PATH=" + dir.path().string()});
  EXPECT_EQ(x.report.code, 0);
  EXPECT_NE(x.out.find("cpu_share"), std::string::npos) << x.out;
  EXPECT_NE(x.err.find("bench: skipping erlang: escript is not installed"),
            std::string::npos)
      << x.err;
  EXPECT_NE(x.err.find("bench: skipping node: node is not installed"),
            std::string::npos)
      << x.err;
}

TEST(BenchProgram, RefusesWrongArgumentsInOneLine) {
  for (auto& arguments : std::vector<std::vector<std::string>>{
           {"nonsense"}, {"--runs", "0"}, {"--peers", "akka"}, {"--what"}}) {
    auto x = run_bench(arguments);
    EXPECT_EQ(x.report.code, 2) << arguments[0];
    EXPECT_EQ(x.out, "");
    EXPECT_EQ(lines_of(x.err), 1u) << x.err;
    EXPECT_EQ(x.err.rfind("bench: ", 0), 0u) << x.err;
  }
}

TEST(BenchProgram, FindsOutBeforeTheFirstRunThatAFileCannotBeWritten) {
  auto x = run_bench({"--json", "/nowhere/r.json"});
  EXPECT_EQ(x.report.code, 4);
  EXPECT_EQ(x.err, "bench: cannot write /nowhere/r.json\n");
}

TEST(BenchProgram, HelpGoesToStandardOutput) {
  auto x = run_bench({"--help"});
  EXPECT_EQ(x.report.code, 0);
  EXPECT_EQ(x.err, "");
  EXPECT_NE(x.out.find("Exit codes"), std::string::npos);
}

} // namespace
