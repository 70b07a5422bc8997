// SPDX-License-Identifier: Apache-2.0

#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;
using troupe::test::command;

constexpr auto patience = 100s;

command demo_program(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   troupe::test::built_program("supervisor_demo"));
  return {.line = std::move(arguments)};
}

troupe::test::finished run_demo(std::vector<std::string> arguments,
                                std::string input = {}) {
  auto line = demo_program(std::move(arguments));
  line.input = std::move(input);
  auto result = troupe::test::run(line, patience);
  if (!result) {
    ADD_FAILURE() << "supervisor_demo does not end";
    return {};
  }
  return *result;
}

nlohmann::json last_json(const std::string& out) {
  auto end = out.find_last_not_of('\n');
  auto begin = out.rfind('\n', end);
  auto result =
      nlohmann::json::parse(out.substr(begin + 1, end - begin), nullptr, false);
  EXPECT_TRUE(result.is_object()) << out;
  return result;
}

class DemoProgram : public testing::TestWithParam<int> {};

TEST_P(DemoProgram, FindsTheRightAnswerWhateverFails) {
  auto x = run_demo({"--limit", "600000", "--pieces", "200", "--seed",
                     std::to_string(GetParam()), "--json"});
  EXPECT_EQ(x.report.code, 0) << x.out << x.err;
  auto result = last_json(x.out);
  EXPECT_EQ(result["answer"], 49'098);
  EXPECT_EQ(result["right"], true);
  EXPECT_EQ(result["lost"], 0);
  EXPECT_EQ(result["seed"], GetParam());
  for (auto kind : {"throw", "quit", "stuck", "poison", "storm"})
    EXPECT_EQ(result["injected"][kind], 2) << kind;
  EXPECT_GE(result["escalations"], 1);
  EXPECT_GE(result["restarts"], 6);
}

INSTANTIATE_TEST_SUITE_P(Seed, DemoProgram, testing::Range(1, 6));

TEST(DemoProgramAlone, FindsTheRightAnswerThoughProcessesDie) {
  auto x = run_demo({"--limit", "600000", "--pieces", "200", "--seed", "3",
                     "--isolation", "process", "--json"});
  EXPECT_EQ(x.report.code, 0) << x.out << x.err;
  auto result = last_json(x.out);
  EXPECT_EQ(result["answer"], 49'098);
  EXPECT_EQ(result["lost"], 0);
  EXPECT_NE(x.out.find("killed by SIGSEGV"), x.out.npos) << x.out;
}

/// A process that offers workers, and where.
struct offer {
  offer() : program(demo_program({"--serve", "127.0.0.1:0"})) {
    if (auto line = program.line_with("offering workers", patience)) {
      auto begin = line->rfind("127.0.0.1:");
      address = line->substr(begin, line->find_last_not_of(" \n") + 1 - begin);
    }
  }

  troupe::test::process program;
  std::string address;
};

TEST(DemoProgramAlone, FindsTheRightAnswerThoughANodeIsKilled) {
  offer first;
  offer second;
  troupe::test::process run{demo_program(
      {"--limit", "3000000", "--pieces", "600", "--seed", "3", "--isolation",
       "node", "--join", first.address + "," + second.address, "--json"})};
  ASSERT_TRUE(run.line_with("injecting", patience)) << run.out() << run.err();
  first.program.signal(SIGKILL);
  auto report = run.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 0) << run.out() << run.err();
  auto result = last_json(run.out());
  EXPECT_EQ(result["answer"], 216'816);
  EXPECT_EQ(result["lost"], 0);
  EXPECT_NE(run.out().find("the link to node"), std::string::npos) << run.out();
  second.program.signal(SIGTERM);
  auto left = second.program.wait(patience);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->code, 0);
}

TEST(DemoProgramAlone, TellsThatANodeIsNotThere) {
  auto x = run_demo({"--isolation", "node", "--join", "127.0.0.1:1"});
  EXPECT_EQ(x.report.code, 3);
  EXPECT_NE(x.err.find("127.0.0.1:1"), std::string::npos) << x.err;
}

TEST(DemoProgramAlone, FollowsAScriptAndSaysWhatBecameOfIt) {
  auto x = run_demo(
      {"--limit", "300000", "--pieces", "100", "--script", "-", "--json"},
      "10 throw count-1\n30 poison count-2\n50 throw survey-2\n");
  EXPECT_EQ(x.report.code, 0) << x.out << x.err;
  auto result = last_json(x.out);
  EXPECT_EQ(result["answer"], 25'997);
  EXPECT_EQ(result["injected"]["throw"], 2);
  EXPECT_EQ(result["injected"]["poison"], 1);
  EXPECT_EQ(result["injected"]["storm"], 0);
  EXPECT_EQ(result["escalations"], 0);
  EXPECT_EQ(result["quarantined"], 1);
  // At most the step in work of the one that failed and of its two siblings.
  EXPECT_LE(result["repeated_steps"], 3);
  EXPECT_NE(x.out.find("lost count"), x.out.npos) << x.out;
}

TEST(DemoProgramAlone, RefusesAWrongScriptInOneLine) {
  auto x = run_demo({"--script", "-"}, "10 throw nobody\n");
  EXPECT_EQ(x.report.code, 2);
  EXPECT_EQ(x.out, "");
  EXPECT_EQ(x.err.find("supervisor_demo: --script -: line 1: TARGET is "
                       "\"nobody\", must be one of count-1"),
            0u)
      << x.err;
  EXPECT_EQ(run_demo({"--script", "/nowhere"}).report.code, 2);
  EXPECT_EQ(run_demo({"--limit", "7"}).report.code, 2);
}

TEST(DemoProgramAlone, GivesUpAtTheDeadlineAndSaysSo) {
  auto x = run_demo({"--limit", "100000000", "--deadline", "1", "--json"});
  EXPECT_EQ(x.report.code, 1);
  auto result = last_json(x.out);
  EXPECT_EQ(result["right"], false);
  EXPECT_GT(result["lost"], 0);
}

TEST(DemoProgramAlone, StopsInOrderOnASignal) {
  troupe::test::process x{demo_program({"--limit", "100000000"})};
  ASSERT_TRUE(x.line_with("injecting", patience));
  x.signal(SIGTERM);
  auto report = x.wait(patience);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 143);
  EXPECT_NE(x.out().find("lost"), std::string::npos);
}

TEST(DemoProgramAlone, SaysWhenNobodyTakesItsOutput) {
  for (std::string words :
       {" --limit 100000 --pieces 20", " --serve 127.0.0.1:0"}) {
    command line = demo_program({"--help"});
    line.line = {"/bin/sh", "-c", line.line.front() + words + " > /dev/full"};
    auto x = troupe::test::run(line, patience);
    ASSERT_TRUE(x) << words;
    EXPECT_EQ(x->report.code, 4) << words << ": " << x->err;
  }
}

TEST(DemoProgramAlone, SaysWhereItListens) {
  auto x = run_demo({"--limit", "100000", "--pieces", "20", "--script",
                     "/dev/null", "--listen", "127.0.0.2:0"});
  EXPECT_EQ(x.report.code, 0) << x.out << x.err;
  EXPECT_NE(x.err.find("troupe --node 127.0.0.2:"), x.err.npos) << x.err;
  EXPECT_EQ(x.err.find("127.0.0.2:0 "), x.err.npos) << x.err;
}

} // namespace

} // namespace demo
