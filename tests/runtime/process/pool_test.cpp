// SPDX-License-Identifier: Apache-2.0

// Pools whose workers live in worker processes.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "troupe/pool/pool.hpp"

#include "runtime/process/process_fixture.hpp"

namespace troupe::test {
namespace {

class ProcessPool : public process_test {
protected:
  /// Starts a pool with two workers.
  caf::actor start_pool() {
    open_host();
    pool_options options;
    options.workers = {process("victim"), process("victim")};
    options.start_timeout = 60s;
    return self()->home_system().spawn<pool>(std::move(options));
  }

  void stop_pool(const caf::actor& x) {
    self()->monitor(x);
    self()->send_exit(x, caf::exit_reason::user_shutdown);
    self()->receive([](const caf::down_msg&) {},
                    caf::after(60s) >> [] { FAIL() << "does not end"; });
  }
};

TEST_F(ProcessPool, LosesNoTaskWhenProcessesDie) {
  auto x = start_pool();
  size_t answers = 0;
  std::string error;
  using handle = decltype(self()->request(x, 60s, std::string{}));
  std::vector<std::pair<std::string, handle>> tasks;
  for (auto i = 0; i < 100; ++i) {
    auto what = i == 10 ? "segv" : std::to_string(i);
    tasks.emplace_back(what, self()->request(x, 60s, what));
  }
  for (auto& [what, task] : tasks)
    task.receive(
        [&, expected = what](const std::string& y) {
          EXPECT_EQ(y, expected);
          ++answers;
        },
        [&](const caf::error& why) { error += describe(why); });
  EXPECT_EQ(answers, 99u);
  EXPECT_NE(error.find("3 workers died over the task, the last one: killed by "
                       "SIGSEGV"),
            std::string::npos)
      << error;
  stop_pool(x);
}

} // namespace
} // namespace troupe::test
