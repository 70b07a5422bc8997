// SPDX-License-Identifier: Apache-2.0

// How actors are started in worker processes, and why they are not.

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "runtime/process/process_fixture.hpp"
#include "support/temp_dir.hpp"

namespace troupe::test {
namespace {

/// Writes a program that runs `line` in a shell.
std::string script(const temp_dir& dir, const std::string& line) {
  auto path = dir.write("worker", "#!/bin/sh\n" + line + "\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

/// Starts a process that connects to a socket, and exits with 0 once the other
/// side has hung up.
pid_t connect_from_another_process(const std::string& path) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  path.copy(where.sun_path, sizeof(where.sun_path) - 1);
  auto pid = fork();
  if (pid != 0)
    return pid;
  // Nothing but system calls: no other thread is here to let go of locks.
  auto fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof(where)) != 0)
    _exit(1);
  char byte = 0;
  _exit(read(fd, &byte, 1) == 0 ? 0 : 2);
}

class ProcessStart : public process_test {
protected:
  /// Returns why an actor does not start.
  std::string refusal(process_options options, std::string type = "victim") {
    EXPECT_FALSE(supervise(
        {.id = "victim", .start = process(std::move(options), type)}));
    return start_error;
  }

  temp_dir dir;
};

TEST_F(ProcessStart, NeedsAHost) {
  // `supervise` would open one.
  auto start = process("victim");
  std::string why;
  auto parent = self()->home_system().spawn(
      [start](caf::event_based_actor* x) -> caf::behavior {
        return {[=](int) -> caf::result<std::string> {
          auto promise = x->make_response_promise();
          start(x, {}, [=](caf::expected<caf::actor> y) mutable {
            promise.deliver(y ? std::string{"started"} : describe(y.error()));
          });
          return promise;
        }};
      });
  self()
      ->request(parent, 30s, 0)
      .receive([&](std::string& x) { why = std::move(x); },
               [&](const caf::error& x) { why = describe(x); });
  self()->send_exit(parent, caf::exit_reason::user_shutdown);
  EXPECT_EQ(why, "cannot start victim: the system has no process host");
}

TEST_F(ProcessStart, LooksAtTheOptionsFirst) {
  EXPECT_EQ(refusal({.limits = {.niceness = 20}}),
            "child 'victim' did not start: niceness is 20, must be 0 to 19");
}

TEST_F(ProcessStart, TellsThatAProgramIsMissing) {
  EXPECT_EQ(refusal({.program = "/no/such/program"}),
            "child 'victim' did not start: cannot start \"/no/such/program\": "
            "No such file or directory");
}

TEST_F(ProcessStart, TellsWhyAProgramEndsBeforeItJoins) {
  EXPECT_EQ(refusal({.program = script(dir, "echo no tea >&2; exit 7")}),
            "child 'victim' did not start: a worker process exited with status "
            "7 before it had joined: no tea");
}

TEST_F(ProcessStart, KillsAProgramThatNeverJoins) {
  open_host({.join_timeout = 200ms});
  EXPECT_EQ(refusal({.program = script(dir, "exec sleep 1000")}),
            "child 'victim' did not start: the worker process did not join "
            "within 200ms");
}

TEST_F(ProcessStart, RefusesAProgramWithAWrongToken) {
  auto self_exe = std::filesystem::read_symlink("/proc/self/exe").string();
  auto why =
      refusal({.program = script(dir, "exec " + self_exe + " --wrong-token")});
  EXPECT_NE(why.find("shows a wrong token"), std::string::npos) << why;
}

TEST_F(ProcessStart, IsForNoOtherProcess) {
  testing::internal::CaptureStderr();
  auto usual = std::getenv("XDG_RUNTIME_DIR");
  auto former =
      usual != nullptr ? std::optional<std::string>{usual} : std::nullopt;
  setenv("XDG_RUNTIME_DIR", dir.path().c_str(), 1);
  open_host();
  if (former)
    setenv("XDG_RUNTIME_DIR", former->c_str(), 1);
  else
    unsetenv("XDG_RUNTIME_DIR");
  auto found = std::filesystem::directory_iterator{dir.path()};
  ASSERT_NE(found, std::filesystem::directory_iterator{});
  auto stranger = connect_from_another_process(found->path() / "link");
  int status = 0;
  ASSERT_EQ(waitpid(stranger, &status, 0), stranger);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
      << "it was not hung up on";
  // Workers are welcome.
  auto x = start();
  ASSERT_TRUE(x) << start_error;
  EXPECT_GT(pid_of(x), 0);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "troupe.link: refused process " + std::to_string(stranger)
                + " of user " + std::to_string(geteuid()) + "\n");
}

TEST_F(ProcessStart, TellsThatATypeIsUnknown) {
  auto why = refusal({}, "stranger");
  EXPECT_TRUE(why.starts_with("child 'victim' did not start: cannot start "
                              "actor type stranger: "))
      << why;
}

TEST_F(ProcessStart, TellsWhatAnInitFunctionThrows) {
  EXPECT_EQ(refusal({}, "stillborn"),
            "child 'victim' did not start: no tea at all");
}

TEST_F(ProcessStart, RecoversFromAShortageOfDescriptors) {
  auto x = supervise({.id = "victim",
                      .start = process("victim"),
                      .delay = restart_backoff{.bounds = {50ms, 200ms}}});
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  auto few = before;
  few.rlim_cur = 3;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_TRUE(ask(x, "segv").starts_with("error: killed by SIGSEGV"));
  events->with("Too many open files");
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(ask(x, "still there"), "still there");
}

TEST_F(ProcessStart, TakesAProcessThatIsReady) {
  open_host({.prestarted = 1});
  for (auto i = 0; i < 3; ++i) {
    EXPECT_TRUE(eventually(30s, [&] { return host->ready() == 1; }));
    auto x = start();
    EXPECT_EQ(host->ready(), 0u);
    EXPECT_EQ(ask(x, "there"), "there");
    stop_all();
  }
}

TEST_F(ProcessStart, LimitsTheProcess) {
  auto x = start({.limits = {.niceness = 5, .cores = {0}, .open_files = 64}});
  auto niceness = std::min(getpriority(PRIO_PROCESS, 0) + 5, 19);
  EXPECT_EQ(ask(x, "nice"), std::to_string(niceness));
  EXPECT_EQ(ask(x, "cores"), "1");
  auto files = std::stoi(ask(x, "files"));
  EXPECT_GT(files, 0);
  EXPECT_LT(files, 64);
}

} // namespace
} // namespace troupe::test
