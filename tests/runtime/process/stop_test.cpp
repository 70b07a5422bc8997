// SPDX-License-Identifier: Apache-2.0

// How worker processes are stopped, and what they write.

#include <csignal>
#include <string>

#include <gtest/gtest.h>

#include "runtime/process/process_fixture.hpp"

namespace troupe::test {
namespace {

using ProcessStop = process_test;

TEST_F(ProcessStop, AnActorMayEndInGoodOrder) {
  auto x = start();
  auto pid = pid_of(x);
  EXPECT_LT(stop_child(), 2s);
  EXPECT_EQ(kill(pid, 0), -1);
  output->with("out: bye");
  EXPECT_NE(events->with("stopped").find("told to exit"), std::string::npos);
}

TEST_F(ProcessStop, ABusyProcessIsTerminated) {
  auto x = start({.quit_timeout = 100ms, .term_timeout = 30s});
  self()->send(x, std::string{"burn"});
  await_busy();
  EXPECT_GE(stop_child(), 100ms);
  events->with("killed by SIGTERM");
}

TEST_F(ProcessStop, AProcessThatIgnoresThatIsKilled) {
  auto x = start({.quit_timeout = 100ms, .term_timeout = 100ms});
  auto pid = pid_of(x);
  self()->send(x, std::string{"burn deaf"});
  // It may not have got so far as to ignore the signal.
  await_busy();
  EXPECT_GE(stop_child(), 200ms);
  EXPECT_EQ(kill(pid, 0), -1);
  events->with("killed by SIGKILL");
}

TEST_F(ProcessStop, ASupervisorNeedNotWaitForTheDeadlines) {
  auto x = supervise({.id = "victim",
                      .start = process({.quit_timeout = 1h}, "victim"),
                      .shutdown = stop_limit::at_once()});
  self()->send(x, std::string{"burn deaf"});
  EXPECT_LT(stop_child(), 20s);
  events->with("stopped: killed by actor ");
  events->with(": killed by SIGKILL after 0 messages");
}

TEST_F(ProcessStop, AStuckProcessIsReplaced) {
  auto x = supervise({.id = "victim",
                      .start = process("victim"),
                      .hang = hang_detection{.longest = 100ms,
                                             .policy = stuck_policy::replace,
                                             .grace = 50ms}});
  auto pid = pid_of(x);
  self()->send(x, std::string{"burn deaf"});
  auto next = pid_of(x);
  EXPECT_NE(next, 0);
  EXPECT_NE(next, pid);
  EXPECT_TRUE(eventually(30s, [&] { return kill(pid, 0) == -1; }));
  events->with("stuck");
}

TEST_F(ProcessStop, AMessageThatTakesTooLongMayBeCancelled) {
  auto x = supervise({.id = "victim",
                      .start = process("victim"),
                      .hang = hang_detection{.longest = 100ms,
                                             .policy = stuck_policy::cancel}});
  EXPECT_EQ(ask(x, "wait"), "cancelled");
  events->with("stuck");
}

TEST_F(ProcessStop, LinesAreToldWithTheChildTheyAreFrom) {
  auto x = start();
  auto pid = std::to_string(pid_of(x));
  EXPECT_EQ(ask(x, "print"), "print");
  EXPECT_EQ(output->with("to out"), "victim#1 (pid " + pid + ") out: to out");
  EXPECT_EQ(output->with("to err"), "victim#1 (pid " + pid + ") err: to err");
}

TEST_F(ProcessStop, AHostThatClosesKillsWhatIsLeft) {
  auto x = start({.quit_timeout = 1h});
  auto pid = pid_of(x);
  host.reset();
  EXPECT_EQ(kill(pid, 0), -1);
  events->with("start_failed: quit: cannot start victim: the system has no "
               "process host");
}

} // namespace
} // namespace troupe::test
