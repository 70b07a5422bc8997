// SPDX-License-Identifier: Apache-2.0

#include "troupe/pool/pool.hpp"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/task_client.hpp"
#include "troupe/base/errc.hpp"
#include "troupe/config.hpp"

#include "caf/actor_registry.hpp"
#include "caf/actor_system.hpp"
#include "caf/event_based_actor.hpp"
#include "caf/scoped_actor.hpp"

using namespace std::chrono_literals;

namespace troupe {
namespace {

constexpr auto patience = 60s;
constexpr size_t tasks = 100'000;

int64_t triple(int64_t x) {
  return 3 * x;
}

/// Throws over about one task in a thousand, another one each time.
caf::behavior moody(caf::event_based_actor*,
                    std::shared_ptr<std::atomic<uint32_t>> seed) {
  std::mt19937 random{(*seed)++};
  return {
      [random](int64_t x) mutable {
        if (std::uniform_int_distribution<int>{1, 1000}(random) == 1)
          throw std::runtime_error{"not today"};
        return triple(x);
      },
  };
}

uint32_t any_seed() {
  if (auto text = std::getenv("TROUPE_TEST_SEED"))
    return static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
  return std::random_device{}();
}

TEST(PoolWithThreads, AnswersEachTaskOnceAlthoughWorkersThrowAtRandom) {
  auto first_seed = any_seed();
  SCOPED_TRACE("TROUPE_TEST_SEED=" + std::to_string(first_seed));
  auto seed = std::make_shared<std::atomic<uint32_t>>(first_seed);
  config cfg;
  cfg.threads(2);
  caf::actor_system sys{cfg};
  {
    caf::scoped_actor self{sys};
    pool_options options;
    for (int i = 0; i < 2; ++i) {
      options.workers.push_back(pooled(moody, seed));
      options.workers.push_back(thread(moody, seed));
    }
    options.max_attempts = 20;
    options.intensity = {.restarts = 1'000'000, .period = 1s};
    auto crowd = sys.spawn<pool>(std::move(options));
    auto client = sys.spawn<test::task_client>(crowd, tasks, 1000, triple);
    auto fail = [](const caf::error& x) { FAIL() << describe(x); };
    self->request(client, patience, caf::ok_atom_v).receive([] {}, fail);
    // After this no further answer can come.
    self->request(crowd, patience, drain_atom_v).receive([] {}, fail);
    self->request(client, patience, caf::get_atom_v)
        .receive(
            [](size_t answers, size_t repeated, size_t right) {
              EXPECT_EQ(answers, tasks);
              EXPECT_EQ(repeated, 0u);
              EXPECT_EQ(right, tasks);
            },
            fail);
    self->request(crowd, patience, stats_atom_v)
        .receive(
            [](const pool_stats& x) {
              EXPECT_EQ(x.completed, tasks);
              EXPECT_EQ(x.failed + x.refused, 0u);
              EXPECT_EQ(x.queued + x.outstanding, 0u);
              EXPECT_GT(x.restarts, 10u);
              EXPECT_GE(x.retried, x.restarts);
            },
            fail);
    self->send_exit(client, caf::exit_reason::user_shutdown);
    self->monitor(crowd);
    self->send_exit(crowd, caf::exit_reason::user_shutdown);
    self->receive([](const caf::down_msg&) {});
    // A pool ends after its workers.
    self->wait_for(client);
    EXPECT_EQ(sys.registry().running(), 1u);
  }
}

} // namespace
} // namespace troupe
