// SPDX-License-Identifier: Apache-2.0

#include "process/process_keeper.hpp"

#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/base/errc.hpp"

#include "support/eventually.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using lines = std::vector<std::string>;

/// What a keeper has told of one process.
struct story {
  pid_t pid = 0;
  std::optional<caf::error> failed;
  lines out;
  lines err;
  std::optional<process_end> end;
};

class ProcessKeeper : public testing::Test {
protected:
  void SetUp() override {
    auto made = process_keeper::make(
        {
            .started =
                [this](auto key, pid_t pid) {
                  note(key, [&](auto& x) { x.pid = pid; });
                },
            .failed =
                [this](auto key, caf::error why) {
                  note(key, [&](auto& x) { x.failed = why; });
                },
            .line =
                [this](auto key, process_output::stream from,
                       std::string text) {
                  note(key, [&](auto& x) {
                    auto is_out = from == process_output::stream::out;
                    (is_out ? x.out : x.err).push_back(std::move(text));
                  });
                },
            .ended =
                [this](auto key, const process_end& end) {
                  note(key, [&](auto& x) { x.end = end; });
                },
        },
        100);
    ASSERT_TRUE(made);
    keeper = std::move(*made);
  }

  template <class F>
  void note(uint64_t key, F f) {
    std::lock_guard guard{mtx};
    f(stories[key]);
  }

  story told(uint64_t key) {
    std::lock_guard guard{mtx};
    return stories[key];
  }

  /// Starts a shell script under a new number.
  uint64_t start(const std::string& script) {
    return start({"/bin/sh", {"sh", "-c", script}, *shared_page::make()});
  }

  uint64_t start(process_order what) {
    keeper->start(++last_key, std::move(what));
    return last_key;
  }

  /// Waits for the end.
  story finished(uint64_t key) {
    EXPECT_TRUE(eventually(30s, [&] {
      auto x = told(key);
      return x.end || x.failed;
    }));
    return told(key);
  }

  void await_line(uint64_t key) {
    EXPECT_TRUE(eventually(30s, [&] { return !told(key).out.empty(); }));
  }

  std::unique_ptr<process_keeper> keeper;
  uint64_t last_key = 0;
  std::mutex mtx;
  std::map<uint64_t, story> stories;
};

TEST_F(ProcessKeeper, TellsOutputAndStatus) {
  auto x = finished(start("echo one; echo two >&2; printf three; exit 3"));
  EXPECT_EQ(x.out, (lines{"one", "three"}));
  EXPECT_EQ(x.err, lines{"two"});
  ASSERT_TRUE(x.end);
  EXPECT_EQ(x.end->how, process_end::kind::exited);
  EXPECT_EQ(x.end->number, 3);
  EXPECT_GT(x.end->peak_rss_bytes, 100'000u);
}

TEST_F(ProcessKeeper, TellsTheSignalThatKilledAProcess) {
  auto x = finished(start("kill -SEGV $$"));
  ASSERT_TRUE(x.end);
  EXPECT_EQ(x.end->how, process_end::kind::signaled);
  EXPECT_EQ(x.end->number, SIGSEGV);
}

TEST_F(ProcessKeeper, NamesTheReasonIfAProgramIsMissing) {
  auto x =
      finished(start({"/no/such/program", {"program"}, *shared_page::make()}));
  ASSERT_TRUE(x.failed);
  EXPECT_EQ(*x.failed, errc::cannot_start_process);
  EXPECT_EQ(describe(*x.failed),
            "cannot start \"/no/such/program\": No such file or directory");
  // And goes on with others.
  EXPECT_EQ(finished(start("echo fine")).out, lines{"fine"});
}

TEST_F(ProcessKeeper, SignalsAProcess) {
  auto key = start("trap 'echo got it; exit 5' TERM; echo up;"
                   "while :; do sleep 0.01; done");
  await_line(key);
  keeper->signal(key, SIGTERM);
  auto x = finished(key);
  EXPECT_EQ(x.out, (lines{"up", "got it"}));
  ASSERT_TRUE(x.end);
  EXPECT_EQ(x.end->number, 5);
}

TEST_F(ProcessKeeper, KillsWhateverIgnoresSignals) {
  auto key = start("trap '' TERM INT; echo up; while :; do :; done");
  await_line(key);
  keeper->signal(key, SIGTERM);
  keeper->signal(key, SIGKILL);
  EXPECT_EQ(finished(key).end->number, SIGKILL);
  // No effect, and no harm to whoever gets the number next.
  keeper->signal(key, SIGKILL);
}

TEST_F(ProcessKeeper, KillsWhatAProcessHasStarted) {
  auto key = start("sleep 1000 & echo $!");
  await_line(key);
  auto orphan = "/proc/" + told(key).out.front();
  finished(key);
  auto state_of = [&] {
    // A zombie counts as gone: it is nobody's to reap here.
    std::error_code ignored;
    return std::filesystem::exists(orphan + "/exe", ignored);
  };
  EXPECT_TRUE(eventually(30s, [&] { return !state_of(); }));
}

TEST_F(ProcessKeeper, LeavesAProcessOnlyItsOwnDescriptors) {
  auto x = finished(start("ls /proc/self/fd; cat"));
  // The fifth one is that of `ls` itself.
  EXPECT_EQ(x.out, (lines{"0", "1", "2", "3", "4"}));
}

TEST_F(ProcessKeeper, GivesAProcessAFreshSignalMask) {
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &term, nullptr);
  auto key = start("grep SigBlk /proc/self/status");
  auto x = finished(key);
  pthread_sigmask(SIG_UNBLOCK, &term, nullptr);
  EXPECT_EQ(x.out, lines{"SigBlk:\t0000000000000000"});
}

TEST_F(ProcessKeeper, SurvivesEndlessOutput) {
  auto key = start("yes");
  EXPECT_TRUE(eventually(30s, [&] { return told(key).out.size() > 10'000; }));
  keeper->signal(key, SIGKILL);
  EXPECT_EQ(finished(key).end->number, SIGKILL);
}

TEST_F(ProcessKeeper, CannotStartWithoutDescriptorsAndRecovers) {
  auto page = *shared_page::make();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  // Those in use stay; new ones are refused.
  auto none = before;
  none.rlim_cur = 3;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  auto x = finished(start({"/bin/true", {"true"}, page}));
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(x.failed);
  EXPECT_EQ(*x.failed, errc::cannot_start_process);
  EXPECT_EQ(describe(*x.failed),
            "cannot start \"/bin/true\": Too many open files");
  EXPECT_EQ(finished(start("echo fine")).out, lines{"fine"});
}

TEST_F(ProcessKeeper, KillsAllAtItsEnd) {
  auto key = start("echo $$; while :; do sleep 0.01; done");
  await_line(key);
  auto pid = told(key).pid;
  EXPECT_EQ(told(key).out, lines{std::to_string(pid)});
  keeper.reset();
  EXPECT_EQ(kill(pid, 0), -1);
}

} // namespace
} // namespace troupe
