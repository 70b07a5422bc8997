// SPDX-License-Identifier: Apache-2.0

// The real program looks into the real demo.

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/eventually.hpp"
#include "support/process.hpp"

namespace {

using namespace std::chrono_literals;
using troupe::test::built_program;
using troupe::test::eventually;
using troupe::test::finished;

constexpr auto patience = 60s;

/// A long run of the demo without faults of its own, and what looks at it.
class TroupeProgram : public testing::Test {
protected:
  void SetUp() override {
    demo.emplace(troupe::test::command{
        .line = {built_program("supervisor_demo"), "--limit", "100000000",
                 "--pieces", "100000", "--plain", "--isolation", "process",
                 "--listen", "127.0.0.1:0", "--script", "/dev/null"}});
    auto line = demo->line_with("shows the tree", patience);
    ASSERT_TRUE(line) << demo->err();
    auto begin = line->find("127.0.0.1:");
    address = line->substr(begin, line->find(' ', begin) - begin);
    ASSERT_TRUE(eventually(patience, [&] {
      return troupe({"ps"}).out.find("demo/counters/count-1 ")
             != std::string::npos;
    }));
  }

  void TearDown() override {
    demo->signal(SIGTERM);
    EXPECT_TRUE(demo->wait(patience));
  }

  finished troupe(std::vector<std::string> arguments) {
    std::vector<std::string> line{built_program("troupe"), "--node", address};
    line.insert(line.end(), arguments.begin(), arguments.end());
    auto result = ::troupe::test::run({.line = line}, patience);
    if (!result) {
      ADD_FAILURE() << "troupe does not end";
      return {};
    }
    return *result;
  }

  /// Returns the child as JSON.
  nlohmann::json child(const std::string& path) {
    auto json = nlohmann::json::parse(troupe({"tree", path, "--json"}).out,
                                      nullptr, false);
    return json.is_object() ? json["nodes"][0]["children"][0]
                            : nlohmann::json{};
  }

  std::optional<::troupe::test::process> demo;
  std::string address;
};

TEST_F(TroupeProgram, ShowsWhoDiedAndWhyAndWhoRunsNow) {
  auto before = child("demo/counters/count-1");
  EXPECT_EQ(before["state"], "up");
  // A worker process is killed from a shell.
  auto nodes =
      nlohmann::json::parse(troupe({"nodes", "--json"}).out, nullptr, false);
  ASSERT_TRUE(nodes.is_object());
  pid_t pid = 0;
  for (auto& x : nodes["nodes"][0]["processes"])
    if (x["child"] == "count-1")
      pid = x["pid"].get<pid_t>();
  ASSERT_GT(pid, 0);
  ASSERT_EQ(kill(pid, SIGKILL), 0);
  nlohmann::json after;
  ASSERT_TRUE(eventually(patience, [&] {
    after = child("demo/counters/count-1");
    return after["generation"] > before["generation"] && after["state"] == "up";
  }));
  EXPECT_NE(to_string(after["last_death"]).find("SIGKILL"), std::string::npos);
  EXPECT_NE(troupe({"tree"}).out.find("SIGKILL"), std::string::npos);
  auto events = troupe({"events", "--lines", "1000"});
  EXPECT_EQ(events.report.code, 0);
  EXPECT_NE(events.out.find("demo/counters/count-1"), std::string::npos);
}

TEST_F(TroupeProgram, ActsAndTellsWhetherItWorked) {
  auto restart = troupe({"restart", "demo/counters/count-2"});
  EXPECT_EQ(restart.report.code, 0) << restart.err;
  EXPECT_EQ(restart.out, "restarted demo/counters/count-2\n");
  auto stop = troupe({"stop", "demo/counters/count-3"});
  EXPECT_EQ(stop.report.code, 0) << stop.err;
  EXPECT_EQ(child("demo/counters/count-3")["state"], "empty");
  auto nobody = troupe({"restart", "demo/nobody"});
  EXPECT_EQ(nobody.report.code, 1);
  EXPECT_EQ(nobody.err, "troupe: no child 'nobody'\n");
  EXPECT_EQ(troupe({"tree", "demo/nobody"}).report.code, 1);
  EXPECT_EQ(troupe({"restart", "demo/counters/count-2", "--on", "nowhere"})
                .report.code,
            1);
}

TEST_F(TroupeProgram, PrintsTablesWhereThereIsNoTerminal) {
  auto top = troupe({"top"});
  EXPECT_EQ(top.report.code, 0) << top.err;
  EXPECT_NE(top.out.find("CHILD"), std::string::npos);
  EXPECT_NE(top.out.find("demo/chain/link-1"), std::string::npos);
  EXPECT_EQ(troupe({"quarantine", "list"}).report.code, 0);
  EXPECT_EQ(troupe({"dead-letters"}).report.code, 0);
  auto history = troupe({"history", "demo/counters/count-1"});
  EXPECT_EQ(history.report.code, 0) << history.err;
}

TEST(TroupeProgramAlone, SaysThatNobodyIsThere) {
  auto x = ::troupe::test::run(
      {.line = {built_program("troupe"), "--node", "127.0.0.1:1", "tree"}},
      patience);
  ASSERT_TRUE(x);
  EXPECT_EQ(x->report.code, 3);
  EXPECT_EQ(x->out, "");
  EXPECT_EQ(x->err.find("troupe: "), 0u) << x->err;
}

TEST(TroupeProgramAlone, BecomesTheProgramsBesideIt) {
  auto x = ::troupe::test::run(
      {.line = {built_program("troupe"), "certs", "--help"}}, patience);
  ASSERT_TRUE(x);
  EXPECT_EQ(x->report.code, 0) << x->err;
  EXPECT_NE(x->out.find("certificate"), std::string::npos);
}

} // namespace
