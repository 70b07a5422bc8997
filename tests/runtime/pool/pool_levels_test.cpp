// SPDX-License-Identifier: Apache-2.0

// A pool whose workers live at all four levels of isolation.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"
#include "troupe/pool/map.hpp"
#include "troupe/pool/mapper.hpp"
#include "troupe/pool/pool.hpp"
#include "troupe/process/process.hpp"
#include "troupe/process/process_host.hpp"
#include "troupe/process/run_as_worker.hpp"
#include "troupe/remote/node.hpp"

#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"
#include "caf/send.hpp"

// Asked by the address sanitizer: a worker that aborts should do so.
extern "C" const char* __asan_default_options();

extern "C" const char* __asan_default_options() {
  return "handle_segv=0:handle_abort=0";
}

using namespace std::chrono_literals;

namespace troupe::test {
namespace {

constexpr auto patience = 60s;

constexpr int64_t deadly = -1;
constexpr int64_t endless = -2;

/// Keeps as many MiB as it is asked to, and replies with how many it has.
caf::behavior hoarder(caf::event_based_actor*) {
  auto kept = std::make_shared<std::vector<std::vector<char>>>();
  return {[kept](uint64_t mib) {
    for (uint64_t i = 0; i < mib; ++i)
      kept->emplace_back(size_t{1} << 20, 'x');
    return uint64_t{kept->size()};
  }};
}

/// Triples numbers; some of them end its process, or take forever.
caf::behavior tripler(caf::event_based_actor* self) {
  return mapper(self, [](int64_t x) {
    if (x == deadly)
      std::abort();
    if (x == endless)
      for (;;)
        pause();
    return 3 * x;
  });
}

struct test_config : config {
  test_config() {
    threads(2);
    add_actor_type("hoarder", hoarder);
    add_actor_type("tripler", tripler);
  }
};

std::optional<node> open_node(caf::actor_system& sys, std::string name,
                              std::vector<std::string> join) {
  node_options options;
  options.name = std::move(name);
  options.listen = "127.0.0.1:0";
  options.join = std::move(join);
  options.workers = 1;
  auto x = node::open(sys, std::move(options));
  if (!x) {
    ADD_FAILURE() << describe(x.error());
    return std::nullopt;
  }
  return std::move(*x);
}

class PoolLevels : public testing::Test {
protected:
  PoolLevels() {
    auto opened = process_host::open(sys, {.prestarted = 2});
    if (opened)
      processes.emplace(std::move(*opened));
    else
      ADD_FAILURE() << describe(opened.error());
  }

  ~PoolLevels() override {
    if (!crowd)
      return;
    self->monitor(crowd);
    self->send_exit(crowd, caf::exit_reason::user_shutdown);
    self->receive([](const caf::down_msg&) {},
                  caf::after(patience) >> [] { FAIL() << "does not end"; });
    crowd = nullptr;
  }

  void start(std::vector<starter> workers, pool_options options = {}) {
    auto n = workers.size();
    options.workers = std::move(workers);
    options.start_timeout = patience;
    options.intensity = {.restarts = 1'000, .period = 1s};
    options.restart_delay = {.first = 1ms, .cap = 1ms};
    crowd = sys.spawn<pool>(std::move(options));
    EXPECT_TRUE(eventually(patience, [&] { return stats().workers == n; }));
  }

  pool_stats stats() {
    pool_stats result;
    self->request(crowd, patience, stats_atom_v)
        .receive([&](pool_stats& x) { result = std::move(x); },
                 [](const caf::error& x) { FAIL() << describe(x); });
    return result;
  }

  static std::vector<int64_t> numbers(int64_t n) {
    std::vector<int64_t> result;
    for (int64_t i = 0; i < n; ++i)
      result.push_back(i);
    return result;
  }

  static size_t open_files() {
    namespace fs = std::filesystem;
    return static_cast<size_t>(std::distance(
        fs::directory_iterator{"/proc/self/fd"}, fs::directory_iterator{}));
  }

  test_config cfg;
  caf::actor_system sys{cfg};
  std::optional<process_host> processes;
  caf::scoped_actor self{sys};
  caf::actor crowd;
};

TEST_F(PoolLevels, WorkersOfAllLevelsShareTheTasks) {
  test_config far_cfg;
  caf::actor_system far_sys{far_cfg};
  auto far = open_node(far_sys, "far", {});
  ASSERT_TRUE(far);
  auto near =
      open_node(sys, "near", {"127.0.0.1:" + std::to_string(far->port())});
  ASSERT_TRUE(near);
  // [levels]
  start({pooled(tripler), thread(tripler), process("tripler"),
         near->on("far", "tripler")});
  // [levels]
  auto inputs = numbers(20'000);
  auto result = map<int64_t>(sys, crowd, inputs, patience);
  ASSERT_TRUE(result) << describe(result.error());
  for (size_t i = 0; i < inputs.size(); ++i)
    ASSERT_EQ((*result)[i], 3 * inputs[i]);
  self->request(crowd, patience, task_options{.to = spread::all}, int64_t{7})
      .receive(
          [](const std::vector<caf::message>& xs) {
            ASSERT_EQ(xs.size(), 4u);
            for (auto& x : xs)
              EXPECT_EQ(x.get_as<int64_t>(0), 21);
          },
          [](const caf::error& x) { FAIL() << describe(x); });
}

TEST_F(PoolLevels, TasksThatKillTheirProcessAreReportedAndAllOthersAreRight) {
  start({process("tripler"), process("tripler")}, {.max_attempts = 1});
  auto inputs = numbers(300);
  for (size_t i = 0; i < inputs.size(); i += 100)
    inputs[i] = deadly;
  ASSERT_TRUE(eventually(patience, [&] { return processes->ready() == 2; }));
  auto before = open_files();
  auto result = map_all<int64_t>(sys, crowd, inputs, patience);
  ASSERT_TRUE(result) << describe(result.error());
  ASSERT_EQ(result->failures.size(), 3u);
  for (auto& x : result->failures) {
    EXPECT_EQ(inputs[x.index], deadly);
    EXPECT_EQ(x.reason, errc::worker_lost);
    EXPECT_NE(describe(x.reason).find("killed by SIGABRT"), std::string::npos)
        << describe(x.reason);
  }
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i] != deadly) {
      EXPECT_EQ(result->results[i], 3 * inputs[i]);
    }
  EXPECT_TRUE(eventually(patience,
                         [&] {
                           return stats().workers == 2
                                  && processes->ready() == 2
                                  && open_files() <= before;
                         }))
      << open_files() << " open files, " << before << " before";
}

TEST_F(PoolLevels, AProcessThatDoesNotGiveUpACancelledTaskIsReplacedAlone) {
  start({process("tripler"), process("tripler")}, {.cancel_grace = 50ms});
  caf::scoped_actor client{sys};
  client->send(crowd, watch_atom_v, caf::actor_cast<caf::actor>(client));
  client
      ->request(crowd, patience,
                task_options{.time_limit = caf::timespan{100ms}}, endless)
      .receive([](int64_t) { FAIL() << "has an answer"; },
               [](const caf::error& x) {
                 EXPECT_EQ(x, errc::deadline_passed) << describe(x);
               });
  std::vector<pool_event> events(2);
  for (auto& x : events)
    client->receive([&](const pool_event& y) { x = y; },
                    caf::after(patience) >>
                        [] { FAIL() << "nothing happens"; });
  EXPECT_EQ(events[0].what, pool_event::kind::lost);
  EXPECT_EQ(events[1].what, pool_event::kind::up);
  EXPECT_EQ(events[0].slot, events[1].slot);
  EXPECT_EQ(stats().workers, 2u);
  EXPECT_EQ(stats().failed, 1u);
}

TEST_F(PoolLevels, AProcessThatHasGrownIsReplacedBetweenTasks) {
  start({process("hoarder")},
        {.recycle = recycling{.resident_bytes = uint64_t{200} << 20}});
  auto hoard = [&](uint64_t mib) {
    uint64_t result = 0;
    self->request(crowd, patience, mib)
        .receive([&](uint64_t x) { result = x; },
                 [](const caf::error& x) { FAIL() << describe(x); });
    return result;
  };
  EXPECT_EQ(hoard(1), 1u);
  EXPECT_EQ(hoard(1), 2u) << "a small process was replaced";
  EXPECT_EQ(hoard(300), 302u);
  EXPECT_TRUE(eventually(patience, [&] { return stats().recycled == 1; }));
  EXPECT_EQ(hoard(1), 1u) << "not a new process";
  EXPECT_EQ(stats().restarts, 0u);
  EXPECT_EQ(stats().retried, 0u);
}

} // namespace
} // namespace troupe::test

int main(int argc, char** argv) {
  troupe::test::test_config cfg;
  if (auto code = troupe::run_as_worker(cfg, argc, argv))
    return *code;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
