// SPDX-License-Identifier: Apache-2.0

// Whatever kills a worker process is one failure of a child.

#include <csignal>
#include <string>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

#include "runtime/process/process_fixture.hpp"

namespace troupe::test {
namespace {

using ProcessCrash = process_test;

TEST_F(ProcessCrash, ASegmentationFaultIsToldAndTheNextProcessAnswers) {
  auto x = start();
  auto first = pid_of(x);
  EXPECT_NE(first, getpid());
  auto answer = ask(x, "segv");
  EXPECT_TRUE(answer.starts_with("error: killed by SIGSEGV after 1 message, in "
                                 "message (\"segv\"), "))
      << answer;
  auto second = pid_of(x);
  EXPECT_NE(second, 0);
  EXPECT_NE(second, first);
  auto event = events->with("ended");
  EXPECT_NE(event.find("killed by SIGSEGV after 1 message, in message "
                       "(\"segv\"), "),
            std::string::npos)
      << event;
  EXPECT_NE(event.find(" MiB resident"), std::string::npos) << event;
}

TEST_F(ProcessCrash, AnAbortIsTold) {
  auto x = start();
  EXPECT_TRUE(
      ask(x, "abort").starts_with("error: killed by SIGABRT after 0 messages"));
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessCrash, AnExitIsTold) {
  auto x = start();
  EXPECT_TRUE(
      ask(x, "exit").starts_with("error: exited with status 3 after 0 mess"));
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessCrash, AKillFromOutsideIsTold) {
  auto x = start();
  kill(pid_of(x), SIGKILL);
  events->with("ended: killed by SIGKILL after 1 message, ");
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessCrash, AProcessThatFallsSilentIsGivenUp) {
  auto x = start();
  kill(pid_of(x), SIGSTOP);
  events->with("ended: the link to it broke, killed by SIGKILL after 1 mess");
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessCrash, AnExceptionKeepsItsText) {
  auto x = start();
  auto answer = ask(x, "throw");
  EXPECT_TRUE(answer.starts_with("error: out of tea, after 0 messages, in "
                                 "message (\"throw\")"))
      << answer;
  EXPECT_EQ(ask(x, "still there"), "still there");
  events->with("ended: std::runtime_error: out of tea");
}

TEST_F(ProcessCrash, MemoryBeyondTheLimitIsAFailureOfThatProcessOnly) {
  auto x = start({.limits = {.address_space_bytes = uint64_t{256} << 20}});
  auto answer = ask(x, "hog");
  EXPECT_NE(answer.find("limit 256 MiB"), std::string::npos) << answer;
  EXPECT_NE(answer.find("in message (\"hog\")"), std::string::npos) << answer;
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessCrash, ProcessorTimeBeyondTheLimitKills) {
  auto x = start({.limits = {.cpu_time = 1s}});
  auto answer = ask(x, "burn");
  EXPECT_TRUE(answer.starts_with("error: killed by SIGXCPU after 0 messages, "
                                 "in message (\"burn\")"))
      << answer;
  EXPECT_NE(answer.find(" of processor time, limit 1 s"), std::string::npos)
      << answer;
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessCrash, WhatHadNotBegunGoesToTheNextProcess) {
  auto x = start();
  self()->send(x, std::string{"segv"});
  for (int64_t i = 0; i < 100; ++i)
    self()->send(x, i);
  std::string expected;
  for (int64_t i = 0; i < 100; ++i)
    expected += std::to_string(i) + " ";
  EXPECT_EQ(ask(x, "sum"), expected);
}

TEST_F(ProcessCrash, AMessageThatKeepsKillingIsQuarantined) {
  auto x = supervise(
      {.id = "victim",
       .start = process("victim"),
       .in_flight = {.policy = in_flight_policy::retry, .retries = 1}});
  auto answer = ask(x, "segv");
  EXPECT_TRUE(answer.starts_with("error: killed by SIGSEGV")) << answer;
  events->with("message_retried");
  events->with("quarantined: killed by SIGSEGV");
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessCrash, TheNextProcessGoesOnFromTheLastCheckpoint) {
  auto x = start();
  for (int64_t i = 0; i < 3; ++i)
    self()->send(x, i);
  EXPECT_EQ(ask(x, "save"), "save");
  EXPECT_TRUE(ask(x, "segv").starts_with("error: killed by SIGSEGV"));
  EXPECT_EQ(ask(x, "sum"), "0 1 2 ");
  auto refused = ask(x, "save too much");
  EXPECT_NE(refused.find("exceeds the limit"), std::string::npos) << refused;
  events->with("checkpoint_refused: a checkpoint of ");
}

TEST_F(ProcessCrash, AChildThatKeepsFailingMovesToAProcess) {
  // [escalation]
  child_spec spec{
      .id = "victim",
      .start = pooled_victim(),
      .escalation = isolation_escalation{.start = process("victim"),
                                         .failures = 2,
                                         .period = 1min},
  };
  // [escalation]
  auto x = supervise(std::move(spec));
  EXPECT_EQ(pid_of(x), getpid());
  EXPECT_EQ(ask(x, "throw"), "error: out of tea");
  EXPECT_EQ(pid_of(x), getpid());
  EXPECT_EQ(children().front().place, "pooled");
  EXPECT_EQ(ask(x, "throw"), "error: out of tea");
  EXPECT_NE(pid_of(x), getpid());
  EXPECT_TRUE(ask(x, "segv").starts_with("error: killed by SIGSEGV"));
  EXPECT_NE(pid_of(x), getpid());
  EXPECT_EQ(children().front().place, "process");
  events->with("moved: out of tea");
}

TEST_F(ProcessCrash, AnEndIsNoFailure) {
  auto x = supervise({.id = "victim", .start = process("victim")});
  EXPECT_EQ(ask(x, "quit"), "quit");
  EXPECT_EQ(ask(x, "still there"), "still there");
  events->with("ended: finished");
}

} // namespace
} // namespace troupe::test
