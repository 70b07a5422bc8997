// SPDX-License-Identifier: Apache-2.0

#include "support/process.hpp"

#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "support/temp_dir.hpp"

using namespace std::chrono_literals;

namespace troupe::test {

namespace {

command shell(std::string script) {
  return {.line = {"sh", "-c", std::move(script)}};
}

TEST(Process, ReportsOutputAndExitCode) {
  auto result = run(shell("echo one; echo two >&2; exit 3"), 10s);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "one\n");
  EXPECT_EQ(result->err, "two\n");
  EXPECT_EQ(result->report.code, 3);
  EXPECT_EQ(result->report.signal, std::nullopt);
  EXPECT_GT(result->report.peak_rss_bytes, 100'000u);
}

TEST(Process, PassesArgumentsInputDirectoryAndEnvironment) {
  temp_dir dir;
  auto script = shell("printf '<%s>' \"$@\" \"$(cat)\" \"$(pwd)\" \"$COLOUR\"");
  script.line.insert(script.line.end(), {"sh", "a b", ""});
  script.input = "line 1\nline 2";
  script.directory = dir.path().string();
  script.environment = {"COLOUR=red"};
  auto result = run(script, 10s);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out,
            "<a b><><line 1\nline 2><" + script.directory + "><red>");
}

TEST(Process, OutputLargerThanAnyPipeNeedsNoReader) {
  auto result = run(shell("head -c 3000000 /dev/zero"), 10s);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out.size(), 3'000'000u);
}

TEST(Process, AProgramThatDoesNotExistEndsWith127) {
  auto result = run({.line = {"no-such-program"}}, 10s);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->report.code, 127);
  EXPECT_NE(result->err.find("no-such-program"), std::string::npos);
}

TEST(Process, WaitGivesUpAtTheDeadline) {
  process child{shell("read x < /dev/zero; sleep 1000")};
  EXPECT_FALSE(child.wait(20ms));
  EXPECT_FALSE(run(shell("sleep 1000"), 20ms));
}

TEST(Process, ASignalIsReportedAndTheReportKept) {
  process child{shell("sleep 1000")};
  child.signal(SIGKILL);
  auto report = child.wait(10s);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->signal, SIGKILL);
  EXPECT_EQ(report->code, std::nullopt);
  child.signal(SIGKILL);
  ASSERT_TRUE(child.wait(0s));
  EXPECT_EQ(child.wait(0s)->signal, SIGKILL);
}

TEST(Process, AHandlerMayAnswerASignal) {
  process child{shell("trap 'echo stopping; exit 5' TERM; echo ready;"
                      "while :; do sleep 0.01; done")};
  ASSERT_TRUE(child.line_with("ready", 10s));
  child.signal(SIGTERM);
  auto report = child.wait(10s);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 5);
  EXPECT_EQ(child.out(), "ready\nstopping\n");
}

TEST(Process, LineWithReturnsTheWholeLineWhileTheProgramRuns) {
  process child{shell("echo first; echo port 4711 is open >&2; sleep 1000")};
  EXPECT_EQ(child.line_with("port", 10s), "port 4711 is open");
  EXPECT_EQ(child.line_with("fir", 10s), "first");
}

TEST(Process, LineWithGivesUpWhenTheProgramEnds) {
  process child{shell("echo one")};
  EXPECT_EQ(child.line_with("two", 1h), std::nullopt);
}

/// Whether the process is gone, or dead and waiting for whoever inherited it.
bool dead(const std::string& pid) {
  auto status = "/proc/" + pid + "/status";
  return !std::filesystem::exists(status)
         || read_file(status).find("State:\tZ") != std::string::npos;
}

TEST(Process, TheDestructorEndsTheProgramAndItsChildren) {
  std::string program;
  std::string child;
  {
    process x{shell("sleep 1000 & echo child $!; wait")};
    program = std::to_string(x.pid());
    auto line = x.line_with("child ", 10s);
    ASSERT_TRUE(line);
    child = line->substr(6);
    ASSERT_FALSE(dead(child));
  }
  EXPECT_TRUE(dead(program));
  EXPECT_TRUE(eventually(10s, [&] { return dead(child); }));
}

TEST(Process, MovesLeaveTheProgramRunning) {
  process first{shell("echo ready; sleep 1000")};
  process second{std::move(first)};
  EXPECT_TRUE(second.line_with("ready", 10s));
  second = process{shell("exit 4")};
  auto report = second.wait(10s);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->code, 4);
}

} // namespace

} // namespace troupe::test
